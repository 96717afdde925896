import { pastRuns } from '../../app/past/past-runs.ts'
import { accountStatus } from '../../app/plan/judgement.ts'
import { controlRun } from '../../app/run/control-run.ts'
import type { ControlAction, ControlledRun } from '../../domain/run/control-action.ts'
import { describeJudgement } from '../describe-judgement.ts'
import { describeRuns } from '../describe-runs.ts'
import { describeSummary } from '../describe-summary.ts'
import { sayEach } from '../each-account.ts'
import { type CommonFlags, readConfig, readConfigs, type ScopeFlags, scopeOf } from '../flags.ts'
import { whoIsHere } from '../host.ts'
import { say } from '../print.ts'

export async function statusCommand(runId: string | undefined, flags: ScopeFlags): Promise<number> {
  return sayEach(flags, await readConfigs(flags, runId), async (config) => {
    const status = await accountStatus(config, scopeOf(config, flags), runId ?? null)
    return {
      document: status,
      lines: () => [...describeJudgement(status.judgement), ...describeSummary(status)],
    }
  })
}

export async function runsCommand(flags: ScopeFlags & { readonly limit: number }): Promise<number> {
  return sayEach(flags, await readConfigs(flags), async (config) => {
    const runs = await pastRuns(scopeOf(config, flags), flags.limit)
    const zone = config.vendor.credits.cycle.timeZone
    return { document: { runs }, lines: () => describeRuns(runs, zone) }
  })
}

/** `spenddown pause`, `continue` and `stop`. */
export async function controlCommand(
  what: ControlAction,
  runId: string | undefined,
  flags: CommonFlags & { readonly by?: string },
): Promise<number> {
  const config = await readConfig(flags, runId)
  const controlled = await controlRun(config, what, runId ?? null, flags.by ?? whoIsHere())
  say(flags, controlled, () => [words(what, controlled)])
  return 0
}

function words(what: ControlAction, { run: { runId }, atWork }: ControlledRun): string {
  const who = atWork === null ? 'not running' : `${atWork} has the request`
  switch (what) {
    case 'pause':
      return `run ${runId} is paused (${who}): no new calls until \`spenddown continue\``
    case 'stop':
      return `run ${runId} is to stop (${who}); \`spenddown resume ${runId}\` goes on, the schedule does not`
    case 'continue':
      return `run ${runId} goes on (${who})${atWork === null ? `: with the schedule, or \`spenddown resume ${runId}\`` : ''}`
  }
}

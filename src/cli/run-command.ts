import { openEarly } from '../app/compose/start-thread.ts'
import type { RunOptions } from '../app/run/run-controls.ts'
import type { CommonFlags, RunFlags } from './flags.ts'
import type { Host } from './host.ts'
import { printJson, say } from './print.ts'
import { readConfig } from './read-config.ts'
import { readIds } from './read-ids.ts'
import type { Running } from './running.ts'
import { parseWhereFlag } from './where-flag.ts'

/** `spenddown run [JOB]`. */
export async function runCommand(job: string | undefined, flags: RunFlags, host: Host): Promise<number> {
  const config = await readConfig(flags.config)
  const options = await runOptions(job, flags)
  if (!flags.dryRun) return report({ config, what: options, flags, host })
  const { describeDryRun, dryRun } = await import('../app/run/dry-run.ts')
  const forecast = await dryRun(config, options)
  say(flags, forecast, () => describeDryRun(forecast))
  return 0
}

/** `spenddown resume [RUN]`. */
export async function resumeCommand(runId: string | undefined, flags: CommonFlags, host: Host): Promise<number> {
  const config = await readConfig(flags.config)
  return report({ config, what: { resume: runId ?? null }, flags, host })
}

async function report(running: Running): Promise<number> {
  openEarly(running.config.database)
  const { run } = await import('./running.ts')
  const { summary, code } = await run(running)
  if (running.flags.json) printJson(summary)
  return code
}

async function runOptions(job: string | undefined, flags: RunFlags): Promise<RunOptions> {
  const { where, filter, limit, budget, reserve } = flags
  const ids = await readIds(flags.ids, flags.idsFile)
  return {
    job,
    where: where === undefined ? undefined : parseWhereFlag(where),
    filters: filter,
    ids: ids ?? undefined,
    limit,
    budget,
    reserve,
    new: flags.new ?? false,
  }
}

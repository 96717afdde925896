import { pastRun, pastRuns } from '../app/past/past-runs.ts'
import { InputError } from '../domain/errors.ts'
import { describeSummary } from './describe-summary.ts'
import type { CommonFlags } from './flags.ts'
import { say } from './print.ts'
import { readConfig } from './read-config.ts'

/** `spenddown status [RUN]`. */
export async function statusCommand(runId: string | undefined, flags: CommonFlags): Promise<number> {
  const config = await readConfig(flags.config)
  const summary = await pastRun(config.database, runId ?? null)
  if (summary === null) {
    const found = runId === undefined ? 'no runs in this database' : `no run "${runId}"`
    const hint = '`spenddown runs` lists them.'
    throw new InputError('RUN_NOT_FOUND', [{ path: 'status', found, allowed: 'a run of this database', hint }])
  }
  say(flags, summary, () => describeSummary(summary))
  return 0
}

/** `spenddown runs`. */
export async function runsCommand(flags: CommonFlags & { readonly limit: number }): Promise<number> {
  const config = await readConfig(flags.config)
  const runs = await pastRuns(config.database, flags.limit)
  say(flags, { runs }, () => (runs.length === 0 ? ['no runs yet'] : runs.map((run) => describeSummary(run)[0])))
  return 0
}

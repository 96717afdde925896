import { pastRun, pastRuns, type Scope } from '../app/past/past-runs.ts'
import type { Config } from '../config/config.ts'
import { InputError } from '../domain/errors.ts'
import { describeSummary } from './describe-summary.ts'
import type { ScopeFlags } from './flags.ts'
import { say } from './print.ts'
import { readConfig } from './read-config.ts'

function scopeOf({ database, vendor }: Config, { allVendors }: ScopeFlags): Scope {
  return { database, vendor: allVendors ? null : vendor.name }
}

/** `spenddown status [RUN]`. */
export async function statusCommand(runId: string | undefined, flags: ScopeFlags): Promise<number> {
  const config = await readConfig(flags.config)
  const summary = await pastRun(scopeOf(config, flags), runId ?? null)
  if (summary === null) {
    const whose = flags.allVendors ? 'in this database' : `of vendor "${config.vendor.name}"`
    const found = runId === undefined ? `no runs ${whose}` : `no run "${runId}" ${whose}`
    const allowed = flags.allVendors ? 'a run of this database' : "a run of this config's vendor"
    const hint = '`spenddown runs` lists them; `--all-vendors` means those of others too.'
    throw new InputError('RUN_NOT_FOUND', [{ path: 'status', found, allowed, hint }])
  }
  say(flags, summary, () => describeSummary(summary))
  return 0
}

/** `spenddown runs`. */
export async function runsCommand(flags: ScopeFlags & { readonly limit: number }): Promise<number> {
  const config = await readConfig(flags.config)
  const runs = await pastRuns(scopeOf(config, flags), flags.limit)
  say(flags, { runs }, () => (runs.length === 0 ? ['no runs yet'] : runs.map((run) => describeSummary(run)[0])))
  return 0
}

import { clearCoolDowns, listCoolDowns } from '../../app/run/cool-downs.ts'
import type { CoolingDown, CoolingRecord } from '../../domain/call/cooling-down.ts'
import { InputError } from '../../domain/errors/errors.ts'
import { figure } from '../../domain/words/figure.ts'
import { counted, countsOf } from '../../domain/words/words.ts'
import { commandLog } from '../command-log.ts'
import { readConfig, readSelection, type SelectionFlags } from '../flags.ts'
import type { Host } from '../host.ts'
import { say } from '../print.ts'

interface CoolDownFlags extends SelectionFlags {
  readonly outcome?: string
}

interface ClearFlags extends CoolDownFlags {
  readonly all?: boolean
}

/** `spenddown cooldown list`: which records are left alone, until when, and why. */
export async function cooldownListCommand(
  flags: CoolDownFlags & { readonly limit: number },
  host: Host,
): Promise<number> {
  const { config, log, options } = await opened(flags, host)
  const found = await listCoolDowns(config, options, flags.limit, log)
  say(flags, found, () => describeCoolingDown(found))
  return 0
}

/** `spenddown cooldown clear`: lifts cool-downs, so that the records are selected again. */
export async function cooldownClearCommand(flags: ClearFlags, host: Host): Promise<number> {
  checkSelection(flags)
  const { config, log, options } = await opened(flags, host)
  const cleared = await clearCoolDowns(config, options, log)
  say(flags, { cleared }, () => [`the cool-down of ${counted(cleared, 'record')} is lifted`])
  return 0
}

async function opened(flags: CoolDownFlags, host: Host) {
  const config = await readConfig(flags)
  const log = await commandLog(config, { ...flags, quiet: flags.verbose !== true }, host)
  return { config, log, options: { ...(await readSelection(flags)), outcome: flags.outcome } }
}

/** To lift all cool-downs takes `--all`: each record costs a call then, and most likely a miss. */
function checkSelection({ all, where, filter, ids, idsFile, outcome }: ClearFlags): void {
  const narrowed = filter.length > 0 || [where, ids, idsFile, outcome].some((flag) => flag !== undefined)
  if (narrowed !== (all ?? false)) return
  const found = narrowed ? '--all beside flags that select some' : 'nothing that selects records'
  const allowed = '--all, or any of --ids, --ids-file, --where, --filter and --outcome, which must all hold'
  throw new InputError('SELECTION_INVALID', [{ path: 'cooldown clear', found, allowed }])
}

function describeCoolingDown({ vendor, table, coolingDown, byOutcome, records }: CoolingDown): string[] {
  if (coolingDown === 0) return [`no records of ${table} are cooling down on the account "${vendor}"`]
  const outcomes = countsOf([
    [byOutcome.notFound, 'not found'],
    [byOutcome.failed, 'failed'],
  ])
  return [
    `${counted(coolingDown, 'record')} of ${table} cooling down on the account "${vendor}": ${outcomes.join(', ')}`,
    ...records.map(describeRecord),
    ...(coolingDown > records.length ? [`and ${figure(coolingDown - records.length)} more: --limit shows them`] : []),
    'to select them again before that: spenddown cooldown clear',
  ]
}

function describeRecord({ key, outcome, triedAt, until, reason }: CoolingRecord): string {
  const how = outcome === 'failed' ? 'failed' : 'not found'
  return `  ${key} · ${how} ${triedAt} · until ${until}${reason === null ? '' : ` · ${reason}`}`
}

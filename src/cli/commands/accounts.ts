import { listAccounts } from '../../app/fleet/list-accounts.ts'
import type { AccountRow } from '../../domain/account/account-row.ts'
import { InputError } from '../../domain/errors/errors.ts'
import { roughly } from '../../domain/time/roughly.ts'
import { figure, wholeFigure } from '../../domain/words/figure.ts'
import { commandLog } from '../command-log.ts'
import { type CommonFlags, readAnyConfig } from '../flags.ts'
import { abortedBySignals, type Host } from '../host.ts'
import { say } from '../print.ts'

interface AccountsFlags extends CommonFlags {
  readonly limit?: number
  /** `--no-look` */
  readonly look: boolean
}

/** `spenddown accounts`: those of a config of many, sorted by what would be lost. 0; 2 where one is wrong. */
export async function accountsCommand(flags: AccountsFlags, host: Host): Promise<number> {
  const read = await readAnyConfig(flags)
  if (read.kind === 'one') {
    const allowed = 'a config with `accounts` (docs/accounts.md); of the one account `spenddown status` tells'
    throw new InputError('ACCOUNTS_MISSING', [{ path: 'accounts', found: 'nothing', allowed }])
  }
  const quiet = { ...flags, quiet: flags.verbose !== true }
  const log = await commandLog(read.fleet, quiet, host)
  const all = await listAccounts(read.fleet, {
    log,
    logOf: (config) => commandLog(config, quiet, host),
    signal: abortedBySignals(host),
    names: read.names,
    looks: flags.look,
  })
  const accounts = flags.limit === undefined ? all : all.slice(0, flags.limit)
  say(flags, { accounts, count: all.length }, () => describeAccounts(all, flags.limit ?? SHOWN, Date.now()))
  return all.some(({ state }) => state === 'wrong') ? 2 : 0
}

const SHOWN = 50
const COLUMNS = ['account', 'state', 'at stake', 'spendable', 'balance', 'reset', 'next start', 'why'] as const
const FIGURES: readonly string[] = ['at stake', 'spendable', 'balance']
const LONGEST_NAME = 40

export function describeAccounts(all: readonly AccountRow[], limit: number, now: number): string[] {
  if (all.length === 0) return ['no accounts']
  const rows = all
    .slice(0, limit)
    .map((row) => [
      cut(row.account),
      row.state,
      credits(row.atStake),
      credits(row.spendable),
      credits(row.balance),
      within(row.resetAt, now),
      row.nextStart === null ? '-' : within(row.nextStart, now),
      row.todo ?? row.why,
    ])
  const widths = COLUMNS.map((name, at) => Math.max(name.length, ...rows.map((row) => row[at]?.length ?? 0)))
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, at) => {
        const width = widths[at] ?? 0
        if (at === COLUMNS.length - 1) return cell
        return FIGURES.includes(COLUMNS[at] ?? '') ? cell.padStart(width) : cell.padEnd(width)
      })
      .join('  ')
      .trimEnd()
  const more = all.length - rows.length
  return [
    line(COLUMNS),
    ...rows.map(line),
    ...(more > 0 ? [`and ${figure(more)} more: --limit N shows them, --json has all`] : []),
  ]
}

function cut(name: string): string {
  return name.length > LONGEST_NAME ? `${name.slice(0, LONGEST_NAME - 1)}…` : name
}

function credits(amount: number | null): string {
  return amount === null ? '?' : wholeFigure(amount)
}

function within(instant: string | null, now: number): string {
  if (instant === null) return '?'
  const ms = Date.parse(instant) - now
  return ms <= 0 ? 'now' : `in ${roughly(ms)}`
}

import type { Fleet } from '../../config/fleet/fleet.ts'
import { toDecimal } from '../../domain/credits/credits.ts'
import { type AccountsReport, composeAccountsReport } from '../../report/accounts-report.ts'
import { NO_RUNS, sumsByAccount } from '../../store/runs/run-sums.ts'
import { prepareDatabase, withDatabase } from '../compose/with-database.ts'
import { rowsOf, wrongRow } from './list-accounts.ts'
import { Accounts } from './roster.ts'

/** What all accounts came to, or those of these names: the runs that began at `since` (epoch ms) or later. Asks no vendor. */
export async function reportAccounts(
  fleet: Fleet,
  names: readonly string[],
  { since, now }: { readonly since: number; readonly now: number },
): Promise<AccountsReport> {
  await prepareDatabase(fleet.database)
  const { entries, wrong } = await new Accounts(fleet, names).read()
  const sums = await withDatabase(fleet.database, ({ client }) => sumsByAccount(client, since))
  const rows = [...(await rowsOf(fleet, entries)), ...wrong.map(wrongRow)]
  const accounts = rows.map(({ account, vendor, state, balance, atStake, resetAt, why, todo }) => {
    const { spent, unknown, ...counts } = sums.get(vendor ?? '') ?? NO_RUNS
    const credits = { spent: toDecimal(spent), unknown: toDecimal(unknown) }
    return { account, vendor, state, ...counts, ...credits, balance, atStake, resetAt, why, todo }
  })
  const price = fleet.report?.pricePerCredit ?? null
  return composeAccountsReport({ madeAt: now, since, price, accounts })
}

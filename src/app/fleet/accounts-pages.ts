import type { Fleet } from '../../config/fleet/fleet.ts'
import { accountsDashboard } from '../../dashboard/accounts-dashboard.ts'
import { type AccountRow, byLoss } from '../../domain/account/account-row.ts'
import { systemClock } from '../../domain/time/clock.ts'
import { figure } from '../../domain/words/figure.ts'
import type { Log } from '../../refresh/ports/log.ts'
import { sharedDatabase } from '../compose/with-database.ts'
import { actingParts, type KeptDashboard, keepServed, type ServedDashboard } from '../dashboard/dashboard-service.ts'
import { rowsOf, wrongRow } from './list-accounts.ts'
import { OpenAccounts } from './open-accounts.ts'
import { Accounts, type Roster } from './roster.ts'

/** How long the list is shown again without asking the database, however many look. */
const KEPT_MS = 5_000

/** The pages of many accounts, for an existing server. Throws InputError if others reach it and no token is configured. */
export function accountsPages(
  fleet: Fleet,
  host: string,
  log: Log,
  roster: () => Promise<Roster>,
  key: string | null = null,
): ServedDashboard {
  const parts = actingParts(fleet, host, log, key)
  const accounts = new Accounts(fleet)
  const open = new OpenAccounts({ roster, configsOf: (names) => accounts.configsOf(names), log })
  const served = accountsDashboard({
    ...parts,
    vendor: 'many accounts',
    zone: 'UTC',
    accounts: kept(() => allRows(fleet, roster)),
    account: (name) => open.find(name),
  })
  return {
    answers: served.app.fetch,
    close: async () => {
      served.close()
      await open.close()
    },
  }
}

async function allRows(fleet: Fleet, roster: () => Promise<Roster>): Promise<readonly AccountRow[]> {
  const { entries, wrong } = await roster()
  return [...(await rowsOf(fleet, entries)), ...wrong.map(wrongRow)].toSorted(byLoss)
}

function kept<T>(read: () => Promise<T>): () => Promise<T> {
  let known: { readonly at: number; readonly value: Promise<T> } | null = null
  return () => {
    const at = systemClock.monotonic()
    if (known === null || at - known.at >= KEPT_MS) known = { at, value: read() }
    const { value } = known
    value.catch(() => {
      known = null
    })
    return value
  }
}

/** The pages in a server of its own. Throws as `keepServed` and `readAccounts` do. */
export async function keepAccountsPages(
  given: Fleet,
  where: { readonly host: string; readonly port: number },
  log: Log,
): Promise<KeptDashboard & { readonly accounts: string }> {
  const shared = sharedDatabase(given.database, given.accountsAtOnce)
  const fleet = { ...given, database: { ...given.database, shared } }
  try {
    const accounts = new Accounts(fleet)
    const { entries } = await accounts.read()
    const roster = kept(() => accounts.read())
    const served = await keepServed(fleet, where, (key) => accountsPages(fleet, where.host, log, roster, key))
    return {
      ...served,
      accounts: figure(entries.length),
      close: async () => {
        await served.close()
        await shared.close()
      },
    }
  } catch (error) {
    await shared.close()
    throw error
  }
}

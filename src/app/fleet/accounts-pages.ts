import { randomBytes } from 'node:crypto'
import type { Fleet } from '../../config/fleet/fleet.ts'
import { accountsDashboard } from '../../dashboard/accounts-dashboard.ts'
import { type AccountRow, byLoss } from '../../domain/account/account-row.ts'
import { systemClock } from '../../domain/time/clock.ts'
import { isLoopback } from '../../domain/values/hosts.ts'
import { figure } from '../../domain/words/figure.ts'
import { redactor } from '../../observability/logger.ts'
import type { Log } from '../../refresh/ports/log.ts'
import { healthApp } from '../../web/health.ts'
import { listen } from '../../web/listen.ts'
import { sharedDatabase } from '../compose/with-database.ts'
import { type KeptDashboard, unprotected } from '../dashboard/dashboard-service.ts'
import { databaseReadiness } from '../health/readiness.ts'
import { rowsOf, wrongRow } from './list-accounts.ts'
import { Accounts, type Roster } from './roster.ts'

/** How long the list is shown again without asking the database, however many look. */
const KEPT_MS = 5_000

/** The page of many accounts, for an existing server. Throws InputError if others reach it and no token is configured. */
export function accountsPages(fleet: Fleet, host: string, log: Log, roster: () => Promise<Roster>) {
  const token = fleet.service?.token ?? null
  if (token === null && !isLoopback(host)) throw unprotected(host)
  const { now } = systemClock
  // Who looks at one page for all has nothing to pause or to settle there: nobody signs in without a token.
  const shell = {
    token,
    key: null,
    vendor: 'many accounts',
    zone: 'UTC',
    now,
    random: randomBytes,
    hide: redactor(fleet.secrets),
    log,
  }
  return accountsDashboard({ ...shell, accounts: kept(() => allRows(fleet, roster)) }).fetch
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

/** The page in a server of its own. Throws InputError if it cannot listen there, and as `readAccounts` does. */
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
    const others = accountsPages(fleet, where.host, log, roster)
    const unready = databaseReadiness(fleet, systemClock.monotonic)
    const { url, close } = await listen(healthApp({ host: where.host, lost: () => null, unready, others }).fetch, where)
    return {
      url,
      asksForToken: fleet.service?.token !== undefined,
      signInUrl: null,
      accounts: figure(entries.length),
      close: async () => {
        await close()
        await shared.close()
      },
    }
  } catch (error) {
    await shared.close()
    throw error
  }
}

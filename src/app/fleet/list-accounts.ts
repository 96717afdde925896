import type { Config } from '../../config/config.ts'
import type { Fleet, WrongAccount } from '../../config/fleet/fleet.ts'
import { type AccountRow, byLoss, UNKNOWN } from '../../domain/account/account-row.ts'
import { describeProblem } from '../../domain/errors/problem.ts'
import type { Log } from '../../refresh/ports/log.ts'
import { type KnownOutlook, readOutlooks, shownOutlooks } from '../../store/ledger/outlooks.ts'
import { prepareDatabase, sharedDatabase, withDatabase } from '../compose/with-database.ts'
import { lookAtAll } from './look-at-all.ts'
import { Accounts, type Entry } from './roster.ts'

interface Parts {
  readonly log: Log
  readonly logOf: (config: Config) => Promise<Log>
  readonly signal: AbortSignal
  readonly names: readonly string[]
  /** Look at those that nobody has looked at in time; otherwise they are as they were last seen. */
  readonly looks: boolean
}

/** This long after its time, a look is missed. */
const PATIENCE_MS = 120_000

/** All accounts, those that would lose most first. Spends nothing. */
export async function listAccounts(given: Fleet, parts: Parts): Promise<AccountRow[]> {
  await prepareDatabase(given.database)
  const shared = sharedDatabase(given.database, given.accountsAtOnce)
  const fleet = { ...given, database: { ...given.database, shared } }
  try {
    const accounts = new Accounts(fleet, parts.names)
    const { entries, wrong } = await accounts.read()
    if (parts.looks) {
      const known = await outlooksOf(fleet)
      const stale = entries.filter((entry) => isStale(known.get(entry.key), entry, Date.now()))
      const failures = (key: string) => known.get(key)?.failures ?? 0
      const names = stale.map(({ name }) => name)
      await lookAtAll(accounts, names, { ...parts, now: Date.now, failures })
    }
    const rows = await rowsOf(fleet, entries)
    return [...rows, ...wrong.map(wrongRow)].toSorted(byLoss)
  } finally {
    await shared.close()
  }
}

async function outlooksOf({ database }: Fleet): Promise<Map<string, KnownOutlook>> {
  const outlooks = await withDatabase(database, (connection) => readOutlooks(connection, Date.now()))
  return new Map(outlooks.map((outlook) => [outlook.vendor, outlook]))
}

function isStale(outlook: KnownOutlook | undefined, { fingerprint }: Entry, now: number): boolean {
  if (outlook === undefined || outlook.fingerprint !== fingerprint) return true
  return outlook.busy === null && now > outlook.nextLookAt + PATIENCE_MS
}

/** As the database has them, in two statements for all. */
export async function rowsOf(fleet: Fleet, entries: readonly Entry[]): Promise<AccountRow[]> {
  const [known, shown] = await Promise.all([
    outlooksOf(fleet),
    withDatabase(fleet.database, ({ client }) => shownOutlooks(client)),
  ])
  return entries.map(({ name, key }) => {
    const row = shown.get(key) as AccountRow | undefined
    if (row === undefined)
      return { ...UNKNOWN, account: name, vendor: key, state: 'new', why: 'nobody has looked at it yet' }
    const busy = known.get(key)?.busy ?? null
    return busy === null ? row : { ...row, state: 'working', todo: null, why: `${busy} is spending from this account` }
  })
}

export function wrongRow({ name, problems }: WrongAccount): AccountRow {
  const why = problems.map(describeProblem).join(' ')
  return { ...UNKNOWN, account: name, vendor: null, state: 'wrong', why, problems }
}

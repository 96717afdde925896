import type { Credits } from '../../domain/credits/credits.ts'
import type { Client, Connection } from '../client.ts'
import { ownTables } from '../dialect/dialect-of.ts'
import { queryRows, sql } from '../sql.ts'
import { holderOf } from './leases.ts'

/** How one of several accounts stood when it was last looked at. Instants are epoch milliseconds. */
export interface Outlook {
  /** The account's key in the ledger. */
  readonly vendor: string
  readonly account: string
  readonly lookedAt: number
  readonly nextLookAt: number
  /** What the account and its config were then. */
  readonly fingerprint: string
  /** How often in succession it could not be looked at, or not be worked. */
  readonly failures: number
  /** A run is to be begun, or to go on. */
  readonly due: boolean
  readonly latestSafeStart: number | null
  readonly atStake: Credits | null
}

/** An outlook, and who works the account now. */
export interface KnownOutlook extends Outlook {
  /** The process that spends from the account, as a phrase; null: nobody. */
  readonly busy: string | null
  /** Runs that are said to be running: without a process, that has died. */
  readonly running: number
}

export async function noteOutlook(client: Pick<Client, 'outlook'>, outlook: Outlook, shown: object): Promise<void> {
  const { vendor, ...rest } = outlook
  const data = { ...rest, shown: JSON.stringify(shown) }
  await client.outlook.upsert({ where: { vendor }, create: { vendor, ...data }, update: data })
}

interface Row extends Omit<KnownOutlook, 'busy' | 'due'> {
  readonly due: unknown
  readonly holder: string | null
  readonly machine: string | null
  readonly pid: number | null
  readonly processStartedAt: string | null
  readonly expiresAt: number | null
}

/** The outlooks of all accounts there are, in one statement. */
export async function readOutlooks({ client, dialect }: Connection, now: number): Promise<KnownOutlook[]> {
  const own = ownTables(dialect)
  const rows = await queryRows<Row>(
    client,
    sql`SELECT o.vendor, o.account, o.looked_at AS "lookedAt", o.next_look_at AS "nextLookAt", o.fingerprint, o.failures,
        o.due, o.latest_safe_start AS "latestSafeStart", o.at_stake AS "atStake", a.holder, a.machine, a.pid,
        a.process_started_at AS "processStartedAt", a.lease_expires_at AS "expiresAt",
        (SELECT count(*) FROM ${own.run} AS r WHERE r.vendor = o.vendor AND r.status = 'running') AS "running"
      FROM ${own.outlook} AS o LEFT JOIN ${own.account} AS a ON a.vendor = o.vendor`,
  )
  return rows.map((row) => known(row, now))
}

function known({ holder, machine, pid, processStartedAt, expiresAt, due, ...outlook }: Row, now: number): KnownOutlook {
  const place = { machine: machine ?? '', pid: pid ?? 0, processStartedAt: processStartedAt ?? '' }
  const lease = holder === null ? null : { ...place, holder, expiresAt: expiresAt ?? 0 }
  return { ...outlook, due: Boolean(Number(due)), busy: holderOf(lease, now) }
}

/** What people are shown of each account, by its key. */
export async function shownOutlooks(client: Pick<Client, 'outlook'>): Promise<Map<string, unknown>> {
  const rows = await client.outlook.findMany({ select: { vendor: true, shown: true } })
  return new Map(rows.map(({ vendor, shown }) => [vendor, JSON.parse(shown)]))
}

/** How often in succession the account could not be looked at, or not be worked. */
export async function failuresOf(client: Pick<Client, 'outlook'>, vendor: string): Promise<number> {
  return (await client.outlook.findUnique({ where: { vendor }, select: { failures: true } }))?.failures ?? 0
}

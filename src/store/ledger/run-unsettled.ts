import { type Credits, NO_CREDITS } from '../../domain/credits.ts'
import type { Client } from '../client.ts'
import { keysAt } from '../runs/keys-at.ts'
import { type Db, type Dialect, raw, sql } from '../sql.ts'
import { ownTables } from '../tables.ts'

export interface UnsettledOfRun {
  readonly calls: number
  readonly holds: Credits
  readonly first: readonly {
    readonly n: number
    readonly state: 'unknown' | 'open' | 'submitted'
    readonly sentAt: number
    readonly holds: Credits
    readonly reason: string | null
    readonly records: number
    readonly examples: readonly string[]
  }[]
}

interface Row {
  n: number | bigint
  state: 'unknown' | 'open' | 'submitted'
  items: string
  reservation: bigint | number
  openedAt: bigint | number
  reason: string | null
  calls: bigint | number
  holds: bigint | number
}

const EXAMPLES = 3

/** A run's calls that are not settled: how many, what they hold, and the first of them. While it is at work, those open are in flight. */
export async function unsettledOf(
  client: Db,
  dialect: Dialect,
  { no: runNo, atWork }: { readonly no: number; readonly atWork: boolean },
  most: number,
): Promise<UnsettledOfRun> {
  const { call } = ownTables(dialect)
  const states = atWork ? raw("'unknown'") : raw("'unknown', 'open', 'submitted'")
  const rows = await client.$queryRaw<Row[]>(sql`
    SELECT n, state, items, reservation, opened_at AS "openedAt", reason, count(*) OVER () AS calls,
      CAST(sum(reservation) OVER () AS BIGINT) AS holds
    FROM ${call} WHERE run_no = ${runNo} AND state IN (${states}) ORDER BY n LIMIT ${most}`)
  const seqs = rows.map(({ items }) => JSON.parse(items) as number[])
  const named = seqs.map((each) => each.slice(0, EXAMPLES))
  const keys = await keysAt(client, dialect, runNo, named.flat())
  const first = rows.map(({ n, state, reservation, openedAt, reason }, at) => ({
    n: Number(n),
    state,
    sentAt: Number(openedAt),
    holds: Number(reservation) as Credits,
    reason,
    records: seqs[at]?.length ?? 0,
    examples: (named[at] ?? []).flatMap((seq) => keys.get(seq) ?? []),
  }))
  return { calls: Number(rows[0]?.calls ?? 0), holds: Number(rows[0]?.holds ?? NO_CREDITS) as Credits, first }
}

/** What people have decided of a run's unknown calls, the first of them. */
export async function decisionsOfRun(client: Pick<Client, 'decision'>, runNo: number, most: number) {
  const rows = await client.decision.findMany({ where: { runNo }, orderBy: { n: 'asc' }, take: most })
  return rows.map(({ n, verdict, held, cost, decidedBy, decidedAt }) => ({
    n,
    verdict: verdict === 'charged' ? ('charged' as const) : ('free' as const),
    held: Number(held) as Credits,
    cost: Number(cost) as Credits,
    by: decidedBy,
    at: Number(decidedAt),
  }))
}

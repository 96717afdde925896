import type { ItemState } from '../../domain/item.ts'
import { type Db, type Dialect, type Sql, sql } from '../sql.ts'
import { ownTables } from '../tables.ts'
import { itemsAt } from './items-at.ts'

/** Items of a run that ended alike for the same reason. */
export interface Outcome {
  readonly state: ItemState
  readonly reason: string | null
  readonly records: number
  readonly examples: readonly string[]
  /** How many reasons there are for that end. */
  readonly reasons: number
}

interface Row {
  state: ItemState
  reason: string | null
  records: bigint | number
  first: number | bigint
  later: number | bigint | null
  last: number | bigint
  reasons: bigint | number
}

/** The most frequent reasons of each end but `refreshed`, with keys of up to three of their items. */
export async function outcomesOf(client: Db, dialect: Dialect, runNo: number, most: number): Promise<Outcome[]> {
  const rows = await client.$queryRaw<Row[]>(outcomesSql(dialect, runNo, most))
  const places = rows.map(({ first, later, last }) => [...new Set([first, later ?? first, last].map(Number))])
  const items = await itemsAt(client, dialect, runNo, places.flat())
  return rows.map(({ state, reason, records, reasons }, at) => ({
    state,
    reason,
    records: Number(records),
    examples: (places[at] ?? []).flatMap((seq) => items.get(seq)?.key ?? []),
    reasons: Number(reasons),
  }))
}

/**
 * One pass over the run's items. Examples are the first, the last, and the first of the run's second half: rows of
 * their own, without sorting what may be a million of them. Exported for the test of its plan.
 */
export function outcomesSql(dialect: Dialect, runNo: number, most: number): Sql {
  const { item, run } = ownTables(dialect)
  return sql`WITH grouped AS (
      SELECT state, reason, count(*) AS records, min(seq) AS first, max(seq) AS last,
        min(CASE WHEN seq > (SELECT selected / 2 FROM ${run} WHERE no = ${runNo}) THEN seq END) AS later
      FROM ${item} WHERE run_no = ${runNo} AND state NOT IN ('refreshed', 'pending') GROUP BY state, reason
    ), ranked AS (
      SELECT grouped.*, row_number() OVER (PARTITION BY state ORDER BY records DESC, first) AS place,
        count(*) OVER (PARTITION BY state) AS reasons
      FROM grouped
    )
    SELECT state, reason, records, first, later, last, reasons FROM ranked WHERE place <= ${most} ORDER BY state, place`
}

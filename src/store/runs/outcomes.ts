import type { ReasonCount } from '../../domain/run/groups.ts'
import { ownTables } from '../dialect/dialect-of.ts'
import { type Db, type Dialect, queryRows, type Sql, sql } from '../sql.ts'
import { itemsAt } from './items.ts'

interface Row extends Omit<ReasonCount, 'examples'> {
  readonly first: number
  readonly later: number | null
  readonly last: number
}

/** The most frequent reasons of each end but `refreshed`, with keys of up to three of their items. */
export async function outcomesOf(client: Db, dialect: Dialect, runNo: number, most: number): Promise<ReasonCount[]> {
  const rows = await queryRows<Row>(client, outcomesSql(dialect, runNo, most))
  const items = await itemsAt(client, dialect, runNo, rows.flatMap(seqsOf))
  return rows.map((row) => {
    const { state, reason, records, reasons } = row
    return { state, reason, records, reasons, examples: seqsOf(row).flatMap((seq) => items.get(seq)?.key ?? []) }
  })
}

function seqsOf({ first, later, last }: Row): number[] {
  return [...new Set([first, later ?? first, last])]
}

/** One pass, without a sort; examples are the first, the last, the first of the second half. Exported for a test. */
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

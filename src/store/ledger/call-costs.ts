import { ITEM_END_STATES, type ItemState } from '../../domain/call/item.ts'
import type { CostGroup } from '../../domain/run/groups.ts'
import { wholeNumberSql } from '../dialect/casts.ts'
import { ownDialect, ownTables } from '../dialect/dialect-of.ts'
import { type Db, type Dialect, join, queryRows, raw, type Sql, sql } from '../sql.ts'

const STATES: readonly ItemState[] = [...ITEM_END_STATES, 'pending']

type Row = Pick<CostGroup, 'calls' | 'cost'> & { readonly lost: number } & Readonly<Record<`s${number}`, number>>

/** What a run's calls have cost, by how their records ended: a few rows, however many calls there are. */
export async function callCosts(client: Db, dialect: Dialect, runNo: number): Promise<CostGroup[]> {
  const rows = await queryRows<Row>(client, callCostsSql(dialect, runNo))
  return rows.map(({ calls, cost, lost, ...sums }) => ({
    calls,
    cost,
    lost: lost === 1,
    records: Object.fromEntries(STATES.map((state, at) => [state, Number(sums[`s${at}`])])),
  }))
}

/** Calls of one record, nearly all of them where there is no bulk, need no list taken apart. Exported for the test of its plan. */
export function callCostsSql(dialect: Dialect, runNo: number): Sql {
  const { call, item } = ownTables(dialect)
  const charged = sql`c.run_no = ${runNo} AND c.state = 'settled' AND c.cost > 0`
  // Whoever settles an unknown call leaves the reason why it was one.
  const lost = sql`CASE WHEN c.reason IS NULL THEN 0 ELSE 1 END AS lost`
  const { rows: list, seq } = ownDialect(dialect).callItems
  const sums = STATES.map((state, at) => raw(`sum(CASE WHEN i.state = '${state}' THEN 1 ELSE 0 END) AS s${at}`))
  const flags = STATES.map((state, at) => raw(`CASE WHEN i.state = '${state}' THEN 1 ELSE 0 END AS s${at}`))
  const names = STATES.map((_, at) => raw(`s${at}`))
  return sql`SELECT count(*) AS calls, cost, lost, ${join(flags)} FROM (
      SELECT c.cost, ${lost}, ${wholeNumberSql(dialect, raw("replace(replace(c.items, '[', ''), ']', '')"))} AS seq FROM ${call} AS c WHERE ${charged} AND c.items NOT LIKE '%,%' AND c.items <> '[]'
    ) AS one JOIN ${item} AS i ON i.run_no = ${runNo} AND i.seq = one.seq GROUP BY cost, lost, i.state
    UNION ALL
    SELECT count(*) AS calls, cost, lost, ${join(names)} FROM (
      SELECT c.n, c.cost, ${lost}, ${join(sums)} FROM ${call} AS c CROSS JOIN ${list} JOIN ${item} AS i ON i.run_no = c.run_no AND i.seq = ${seq}
      WHERE ${charged} AND c.items LIKE '%,%' GROUP BY c.n, c.cost, c.reason
    ) AS many GROUP BY cost, lost, ${join(names)}`
}

import { type Expected, NOTHING_EXPECTED, readExpected, withExpected } from '../../domain/gain/expected.ts'
import { ownTables, userTableDialect } from '../dialect/dialect-of.ts'
import { queryRows, type Reader, raw, sql } from '../sql.ts'
import { columnSql, tableSql, type UserTable } from '../user-table/user-table.ts'
import { type GainRequest, gainRows } from './gain-rows.ts'
import { bigint, memorySql, type Which } from './open-records.ts'

/** The run as it was before its latest items were selected. */
interface Before {
  readonly selected: number
  readonly expected: string | null
}

/** What is believed of the run's items, as the run keeps it: what was, and that of the items after `selected`. */
export async function expectedOf(
  db: Reader,
  table: UserTable,
  which: Which,
  request: GainRequest,
  { selected, expected }: Before,
): Promise<string> {
  const key = userTableDialect(table.dialect).keys.fromText(table, raw('i.key'))
  const from = sql`${ownTables(table.dialect).item} AS i JOIN ${tableSql(table)} AS t ON ${columnSql(table.key, 't')} = ${key}
    ${memorySql(table, which)}`
  const where = sql`i.run_no = ${bigint(table, which.runNo)} AND i.seq > ${bigint(table, selected)}`
  const rows = gainRows(table, { ...request, seed: null }, raw('i.seq'), from, where)
  const { noise } = request.beliefs.all
  const shown = raw(`g.chance * (${noise} + ${1 - noise} * g.wrong)`)
  const [sums] = await queryRows<Expected>(
    db,
    sql`SELECT count(*) AS records, sum(g.chance) AS found, sum(${shown}) AS changed FROM (${rows}) AS g`,
  )
  return JSON.stringify(withExpected(readExpected(expected) ?? NOTHING_EXPECTED, sums ?? NOTHING_EXPECTED))
}

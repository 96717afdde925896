import { queryRows, raw, type Sql, sql } from '../../sql.ts'
import { tableSql } from '../../user-table/user-table.ts'
import { samplingByKeys } from '../key-ranges.ts'
import type { Database } from '../user-table-dialect.ts'
import { sqliteOwnDialect } from './own-dialect.ts'

export const sqliteSampling = samplingByKeys({
  own: sqliteOwnDialect,
  // It keeps no estimate but after ANALYZE. Counting reads the smallest index alone.
  count: (db, table) => countRows(db, tableSql(table)),
  countMemory: (db) => countRows(db, sqliteOwnDialect.tables.memory),
  knowsRanges: false,
  inOrder: raw('CROSS JOIN'),
  // The key's affinity turns the text into a number, where it is one.
  key: (_table, text) => text,
})

async function countRows(db: Database, table: Sql): Promise<number> {
  const [row] = await queryRows<{ n: number }>(db, sql`SELECT count(*) AS n FROM ${table}`)
  return Number(row?.n ?? 0)
}

import type { RecordKey } from '../../../domain/values/record.ts'
import { textSql } from '../../dialect/casts.ts'
import { userTableDialect } from '../../dialect/dialect-of.ts'
import { join, raw, type Sql } from '../../sql.ts'
import { columnSql, keySql, type UserTable } from '../user-table.ts'

/**
 * When a record was refreshed, as the text that spenddown keeps with an item; NULL where it never was. PostgreSQL:
 * '2026-11-05T10:00:00.123456Z', whatever the session's time zone, or 'infinity', as MySQL; SQLite: as the column has it.
 */
export function refreshedAtSql({ dialect, refreshedAt }: UserTable, alias: string): Sql {
  if (refreshedAt === null) return textSql(dialect, raw('NULL'))
  return userTableDialect(dialect).instants.text(refreshedAt, columnSql(refreshedAt, alias))
}

/** PostgreSQL takes at most 100 arguments to a function, older SQLites 127. */
const CELLS_TOGETHER = 90

/** A record's key, its `refreshedAt` as `refreshedAtSql` writes it, and cells in as many lists as they need. */
export type RecordJson<Cell> = [key: RecordKey, refreshedAt: string | null, ...parts: Cell[][]]

export function recordJson(table: UserTable, cells: readonly Sql[]): Sql {
  const { json } = userTableDialect(table.dialect)
  const parts: Sql[] = []
  for (let at = 0; at < cells.length; at += CELLS_TOGETHER)
    parts.push(json.array(join(cells.slice(at, at + CELLS_TOGETHER))))
  return json.array(join([keySql(table, 'r'), refreshedAtSql(table, 'r'), ...parts]))
}

import { userTableDialect } from '../../dialect/dialect-of.ts'
import { notNewer } from '../../dialect/update-parts.ts'
import { raw, type Sql } from '../../sql.ts'
import { columnSql, type UserTable } from '../user-table.ts'

/**
 * When a record was refreshed, as the text that spenddown keeps with an item; NULL where it never was. PostgreSQL:
 * '2026-11-05T10:00:00.123456Z', whatever the session's time zone, or 'infinity'. SQLite: as the column has it.
 */
export function refreshedAtSql({ dialect, refreshedAt }: UserTable, alias: string): Sql {
  if (refreshedAt === null) return raw('CAST(NULL AS TEXT)')
  return userTableDialect(dialect).instants.text(refreshedAt, columnSql(refreshedAt, alias))
}

/**
 * Whether the record was not refreshed since: never, or not after `selectedAt`, a text of the form above, which is
 * NULL for a record that had never been refreshed. No `refreshedAt`, no such check.
 */
export function notNewerSql(table: UserTable, alias: string, selectedAt: Sql): Sql {
  return notNewer(userTableDialect(table.dialect).instants, table, alias, selectedAt)
}

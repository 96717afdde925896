import { raw, type Sql, sql } from '../../sql.ts'
import { columnSql, type UserTable } from '../user-table.ts'
import { textSql } from './key-sql.ts'
import { julianDay } from './sqlite-instant-sql.ts'

/**
 * When a record was refreshed, as the text that spenddown keeps with an item; NULL where it never was. PostgreSQL:
 * '2026-11-05T10:00:00.123456Z', whatever the session's time zone, or 'infinity'. SQLite: as the column has it.
 */
export function refreshedAtSql(table: UserTable, alias: string): Sql {
  const { refreshedAt } = table
  if (refreshedAt === null) return raw('CAST(NULL AS TEXT)')
  const cell = columnSql(refreshedAt, alias)
  if (table.dialect === 'sqlite') return textSql(cell)
  const utc = refreshedAt.kind === 'timestamptz' ? sql`${cell} AT TIME ZONE 'UTC'` : cell
  const written = sql`to_char(${utc}, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`
  return sql`CASE WHEN isfinite(${cell}) THEN ${written} ELSE ${textSql(cell)} END`
}

/**
 * Whether the record was not refreshed since: never, or not after `selectedAt`, a text of the form above, which is
 * NULL for a record that had never been refreshed. No `refreshedAt`, no such check.
 */
export function notNewerSql(table: UserTable, alias: string, selectedAt: Sql): Sql {
  const { refreshedAt } = table
  if (refreshedAt === null) return raw('(1 = 1)')
  const cell = columnSql(refreshedAt, alias)
  if (table.dialect === 'postgresql') {
    const instant = sql`CAST(${selectedAt} AS timestamptz)`
    const selected = refreshedAt.kind === 'timestamptz' ? instant : sql`(${instant} AT TIME ZONE 'UTC')`
    return sql`(${cell} IS NULL OR ${cell} <= ${selected})`
  }
  const same = sql`${cell} IS NULL OR ${textSql(cell)} = ${selectedAt}`
  if (refreshedAt.instant === 'epoch-ms') return sql`(${same} OR ${cell} <= CAST(${selectedAt} AS INTEGER))`
  const [now, then] = [julianDay(cell), selectedDay(selectedAt)]
  return sql`(${same} OR ${now} < ${then} OR (${now} = ${then} AND ${textSql(cell)} <= ${selectedAt}))`
}

/** As `julianDay`, of a text that may be the digits of epoch milliseconds. */
function selectedDay(text: Sql): Sql {
  return sql`CASE WHEN ${text} NOT GLOB '*[^0-9]*' THEN (${text} + 210866760000000) / 86400000.0 ELSE julianday(${text}) END`
}

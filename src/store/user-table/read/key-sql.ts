import { raw, type Sql, sql } from '../../sql.ts'
import { columnSql, type UserTable } from '../user-table.ts'

/** A record's key as text, as the database prints it. */
export function keySql(table: UserTable, alias: string): Sql {
  return textSql(columnSql(table.key, alias))
}

/** Whether a record's key is among those (texts) that a subquery of one column selects; the key's index serves. */
export function keysOf(table: UserTable, alias: string, keys: Sql): Sql {
  const key = columnSql(table.key, alias)
  if (table.dialect === 'sqlite') return sql`${key} IN (${keys})`
  return sql`${key} IN (SELECT CAST(asked.key AS ${raw(table.key.castType)}) FROM (${keys}) AS asked (key))`
}

export function textSql(value: Sql): Sql {
  return sql`CAST(${value} AS TEXT)`
}

import { type Sql, sql } from '../../sql.ts'
import { columnSql, type UserTable } from '../user-table.ts'

/** A record's key as text, as the database prints it. */
export function keySql(table: UserTable, alias: string): Sql {
  return textSql(columnSql(table.key, alias))
}

export function textSql(value: Sql): Sql {
  return sql`CAST(${value} AS TEXT)`
}

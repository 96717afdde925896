import { sql } from '../../sql.ts'
import { columnSql, tableSql } from '../../user-table/user-table.ts'
import type { KeySql } from '../user-table-dialect.ts'

export const sqliteKeys: KeySql = {
  isAmong: (table, alias, keys) => sql`${columnSql(table.key, alias)} IN (${keys})`,
  fromText: (_table, text) => text,
  // A subquery for each key leaves SQLite no choice: in a join, a table that it believes tiny is scanned for each key.
  select(table, keys, record) {
    const each = sql`(SELECT ${record} FROM ${tableSql(table)} AS r WHERE ${columnSql(table.key, 'r')} = k.value)`
    return sql`SELECT '[' || coalesce(group_concat(${each}), '') || ']' AS json FROM json_each(${JSON.stringify(keys)}) AS k`
  },
}

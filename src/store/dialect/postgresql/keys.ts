import { raw, sql } from '../../sql.ts'
import { columnSql, tableSql } from '../../user-table/user-table.ts'
import { arrayLiteral } from '../../user-table/values/arrays.ts'
import type { KeySql } from '../user-table-dialect.ts'
import { postgresqlJson } from './json.ts'

export const postgresqlKeys: KeySql = {
  isAmong(table, alias, keys) {
    const asked = sql`SELECT CAST(asked.key AS ${raw(table.key.castType)}) FROM (${keys}) AS asked (key)`
    return sql`${columnSql(table.key, alias)} IN (${asked})`
  },
  fromText: (table, text) => sql`CAST(${text} AS ${raw(table.key.castType)})`,
  select(table, keys, record) {
    const wanted = sql`CAST(${arrayLiteral(keys)} AS ${raw(table.key.castType)}[])`
    return sql`SELECT ${postgresqlJson.list(record)} AS json FROM ${tableSql(table)} AS r WHERE ${columnSql(table.key, 'r')} = ANY (${wanted})`
  },
}

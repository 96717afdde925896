import { join, quote, type Sql, sql } from '../sql.ts'
import { columnSql, tableSql } from '../user-table/user-table.ts'
import type { ImportDialect } from './user-table-dialect.ts'

/** How SQLite and PostgreSQL write an import; `orAbort`: no constraint may do more than refuse the record. */
export function standardImports(value: ImportDialect['value'], orAbort: Sql): Pick<ImportDialect, 'insert' | 'update'> {
  return {
    insert({ table, columns, key, batch }) {
      const names = join(columns.map(({ name }) => quote(name)))
      const values = join(columns.map((column, at) => value(column, at)))
      return sql`INSERT ${orAbort} INTO ${tableSql(table)} (${names})
    SELECT ${values} FROM (${batch}) AS v WHERE true ON CONFLICT (${join(key.map(({ name }) => quote(name)))}) DO NOTHING`
    },
    update({ table, changed, batch, isThere, differs, keepNulls }) {
      const set = changed.map(({ column, at }) => {
        const fresh = value(column, at)
        return sql`${quote(column.name)} = ${keepNulls ? sql`coalesce(${fresh}, ${columnSql(column, 'r')})` : fresh}`
      })
      return sql`UPDATE ${orAbort} ${tableSql(table)} AS r SET ${join(set)}
    FROM (${batch}) AS v WHERE ${isThere} AND (${differs})`
    },
  }
}

import { join, raw, sql } from '../../sql.ts'
import { tableSql } from '../../user-table/user-table.ts'
import { cell, cellNames } from '../update-parts.ts'
import type { ImportDialect } from '../user-table-dialect.ts'

export const sqliteImports: ImportDialect = {
  addsFreely: true,
  // SQLite must begin with it and look each record up by its key: LIMIT keeps it from being flattened into the join, and
  // `likelihood` makes it look like a single row (see updates.ts).
  batch(json, columns) {
    const fields = [raw('key AS n'), ...cellNames(columns).map((name, at) => raw(`value->>${at} AS ${name}`))]
    return sql`SELECT ${join(fields)} FROM json_each(${json}) WHERE likelihood(key >= 0, 0.0000001) LIMIT -1`
  },
  // It goes by the column's type.
  value: (_column, at) => cell(at),
  differs: (_column, there, at) => sql`${there} IS NOT ${cell(at)}`,
  // OR ABORT: a constraint of the table's own with ON CONFLICT REPLACE would delete other records.
  insert: (table, columns, rows, key) => sql`INSERT OR ABORT INTO ${tableSql(table)} (${columns}) ${rows}
    WHERE true ON CONFLICT (${key}) DO NOTHING`,
  update: (table, assignments, batch, condition) =>
    sql`UPDATE OR ABORT ${tableSql(table)} AS r SET ${assignments} FROM (${batch}) AS v
    WHERE ${condition}`,
}

import { join, raw, sql } from '../../sql.ts'
import { tableSql } from '../../user-table/user-table.ts'
import { cell, cellNames } from '../update-parts.ts'
import type { ImportDialect } from '../user-table-dialect.ts'

export const postgresqlImports: ImportDialect = {
  // Its sequences would lose the keys of those that are there.
  addsFreely: false,
  batch(json, columns) {
    const fields = [raw('j.n - 1 AS n'), ...cellNames(columns).map((name, at) => raw(`j.value->>${at} AS ${name}`))]
    return sql`SELECT ${join(fields)} FROM jsonb_array_elements(${json}::jsonb) WITH ORDINALITY AS j(value, n)`
  },
  // Without modifiers: a cast to varchar(3) would cut.
  value: (column, at) => sql`CAST(${cell(at)} AS ${raw(column.castType)})`,
  // The value is rounded, and padded. Types that know no equality are compared as text.
  differs(column, there, at) {
    const value = sql`CAST(${cell(at)} AS ${raw(column.sqlType)})`
    const compares = [column, column.element].every((type) => type?.kind !== 'json' || type.castType === 'jsonb')
    return compares
      ? sql`${there} IS DISTINCT FROM ${value}`
      : sql`CAST(${there} AS text) IS DISTINCT FROM CAST(${value} AS text)`
  },
  insert: (table, columns, rows, key) => sql`INSERT INTO ${tableSql(table)} (${columns}) ${rows}
    WHERE true ON CONFLICT (${key}) DO NOTHING`,
  update: (table, assignments, batch, condition) =>
    sql`UPDATE ${tableSql(table)} AS r SET ${assignments} FROM (${batch}) AS v
    WHERE ${condition}`,
}

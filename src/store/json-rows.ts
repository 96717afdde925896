import { type Dialect, join, raw, type Sql, sql } from './sql.ts'

/**
 * Rows handed to a statement as one JSON parameter, as a SELECT with the columns named and typed:
 * a batch of any size is one parameter and one plan. Each row is an array in the order of `columns`.
 */
export function jsonRows(
  dialect: Dialect,
  rows: readonly (readonly unknown[])[],
  columns: Readonly<Record<string, 'bigint' | 'text'>>,
): Sql {
  const json = JSON.stringify(rows)
  const fields = Object.entries(columns).map(([name, type], at) =>
    raw(dialect === 'sqlite' ? `j.value->>${at} AS "${name}"` : `(j.value->>${at})::${type} AS "${name}"`),
  )
  return dialect === 'sqlite'
    ? sql`SELECT ${join(fields)} FROM json_each(${json}) AS j`
    : sql`SELECT ${join(fields)} FROM jsonb_array_elements(${json}::jsonb) AS j(value)`
}

import { ownDialect } from './dialect/dialect-of.ts'
import type { JsonRowType } from './dialect/user-table-dialect.ts'
import type { Dialect, Sql } from './sql.ts'

/**
 * Rows handed to a statement as one JSON parameter, as a SELECT with the columns named and typed:
 * a batch of any size is one parameter and one plan. Each row is an array in the order of `columns`.
 */
export function jsonRows(
  dialect: Dialect,
  rows: readonly (readonly unknown[])[],
  columns: Readonly<Record<string, JsonRowType>>,
): Sql {
  return ownDialect(dialect).json.rows(JSON.stringify(rows), columns)
}

/** The same for values of one kind: a SELECT of one column. */
export function jsonList(dialect: Dialect, type: JsonRowType, values: readonly unknown[]): Sql {
  const rows = values.map((value) => [value])
  return jsonRows(dialect, rows, { value: type })
}

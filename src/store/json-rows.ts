import { ownDialect } from './dialect/dialect-of.ts'
import type { JsonRowType } from './dialect/user-table-dialect.ts'
import { type Dialect, raw, type Sql } from './sql.ts'

/** Each in the order of a statement's columns. */
export type Rows = readonly (readonly unknown[])[]

/** A SELECT of rows as one JSON parameter, its columns named and typed: one plan for batches of any size. */
export function jsonRows(dialect: Dialect, rows: Rows, columns: Readonly<Record<string, JsonRowType>>): Sql {
  return ownDialect(dialect).json.rows(JSON.stringify(rows), columns)
}

/** The same for values of one kind: a SELECT of one column. */
export function jsonList(dialect: Dialect, type: JsonRowType, values: readonly unknown[]): Sql {
  const rows = values.map((value) => [value])
  return jsonRows(dialect, rows, { value: type })
}

/** The reverse: these columns of rows of spenddown's own as one JSON list of lists, for `queryJsonList`. */
export function selectJson(dialect: Dialect, columns: string, from: Sql): Sql {
  const { json } = ownDialect(dialect)
  return json.selectList(json.array(raw(columns)), from)
}

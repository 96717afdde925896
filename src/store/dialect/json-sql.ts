import type { Sql } from '../sql.ts'

export type JsonRowType = 'bigint' | 'text'

/** How a database makes JSON of rows, and rows of JSON. */
export interface JsonSql {
  /** One row's values as a JSON list. */
  array(values: Sql): Sql
  /** The JSON lists of all rows as one JSON list, as text; empty where there are no rows. */
  list(each: Sql): Sql
  /** A SELECT with the columns named and typed; `json` is a list of rows, each a list of values in that order. */
  rows(json: string, columns: Readonly<Record<string, JsonRowType>>): Sql
}

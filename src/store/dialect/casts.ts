import { type Dialect, raw, type Sql, sql } from '../sql.ts'

/** What a cast to text of any length, or to a whole number of 64 bits, is written as. */
const TYPES: Readonly<Record<Dialect, { readonly text: Sql; readonly wholeNumber: Sql }>> = {
  sqlite: { text: raw('TEXT'), wholeNumber: raw('BIGINT') },
  postgresql: { text: raw('TEXT'), wholeNumber: raw('BIGINT') },
  mysql: { text: raw('CHAR'), wholeNumber: raw('SIGNED') },
}

export function textSql(dialect: Dialect, value: Sql): Sql {
  return sql`CAST(${value} AS ${TYPES[dialect].text})`
}

export function wholeNumberSql(dialect: Dialect, value: Sql): Sql {
  return sql`CAST(${value} AS ${TYPES[dialect].wholeNumber})`
}

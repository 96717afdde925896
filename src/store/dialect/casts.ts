import { type Dialect, raw, type Sql, sql } from '../sql.ts'

/** What a cast to text of any length, or to a whole number of 64 bits, is written as. */
const TYPES: Readonly<Record<Dialect, { readonly text: Sql; readonly label: Sql; readonly wholeNumber: Sql }>> = {
  sqlite: { text: raw('TEXT'), label: raw('TEXT'), wholeNumber: raw('BIGINT') },
  postgresql: { text: raw('TEXT'), label: raw('TEXT'), wholeNumber: raw('BIGINT') },
  mysql: { text: raw('CHAR'), label: raw('CHAR(200)'), wholeNumber: raw('SIGNED') },
}

export function textSql(dialect: Dialect, value: Sql): Sql {
  return sql`CAST(${value} AS ${TYPES[dialect].text})`
}

/** The text, of which MySQL takes so much as an index of a subquery can hold. */
export function labelSql(dialect: Dialect, value: Sql): Sql {
  return sql`CAST(${value} AS ${TYPES[dialect].label})`
}

export function wholeNumberSql(dialect: Dialect, value: Sql): Sql {
  return sql`CAST(${value} AS ${TYPES[dialect].wholeNumber})`
}

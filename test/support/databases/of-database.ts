import type { Dialect } from '../../../src/store/sql.ts'

/** What a column for instants is declared as, as people do. */
export const INSTANT: Readonly<Record<Dialect, string>> = {
  sqlite: 'TEXT',
  postgresql: 'timestamptz',
  mysql: 'datetime(6)',
}

/** What a text with an index is declared as. */
export const KEY_TEXT: Readonly<Record<Dialect, string>> = { sqlite: 'TEXT', postgresql: 'text', mysql: 'varchar(200)' }

export const EXPLAIN: Readonly<Record<Dialect, string>> = {
  sqlite: 'EXPLAIN QUERY PLAN',
  postgresql: 'EXPLAIN',
  mysql: 'EXPLAIN',
}

/** A table of spenddown's own, as a statement names it. */
export function ownTable(dialect: Dialect, name: string): string {
  return dialect === 'postgresql' ? `spenddown.${name}` : `spenddown_${name}`
}

/** The table's name in spenddown's memory. */
export function labelOf(dialect: Dialect, table: string): string {
  return dialect === 'postgresql' ? `public.${table}` : table
}

/** An instant as a statement's text writes it. */
export function instantLiteral(dialect: Dialect, iso: string): string {
  return dialect === 'mysql' ? iso.replace('T', ' ').replace('Z', '') : iso
}

/** Kinds of columns that hold instants. */
export const INSTANTS: Readonly<Record<Dialect, readonly string[]>> = {
  sqlite: ['TEXT', 'INTEGER', 'DATETIME'],
  postgresql: ['timestamptz', 'timestamp', 'timestamptz(3)'],
  mysql: ['datetime(6)', 'timestamp(6) NULL', 'datetime(3)'],
}

/** A SELECT of whole numbers `i` from 1 on. */
export function numbersSql(dialect: Dialect, last: number): string {
  return {
    sqlite: `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${last}) SELECT i FROM n`,
    postgresql: `SELECT i FROM generate_series(1, ${last}) AS i`,
    mysql: `SELECT seq AS i FROM seq_1_to_${last}`,
  }[dialect]
}

/** The same, as `n`, to select from as `s`. */
export function numberedSql(dialect: Dialect, last: number): string {
  return `(SELECT q.i AS n FROM (${numbersSql(dialect, last)}) AS q) AS s`
}

export const DOUBLE: Readonly<Record<Dialect, string>> = {
  sqlite: 'real',
  postgresql: 'double precision',
  mysql: 'double',
}

/** A plan in which record `r` is not looked up, but all records are read. */
export const SCANS_R: Readonly<Record<Dialect, RegExp>> = {
  sqlite: /SCAN r\b/,
  postgresql: /Seq Scan/,
  mysql: /^r (ALL|index) /m,
}

/** A statement whose instants are in ISO 8601, as the database takes them. */
export function statementFor(dialect: Dialect, statement: string): string {
  return dialect === 'mysql' ? statement.replace(/'(\d{4}-\d\d-\d\d)T([\d:.]+)Z'/g, "'$1 $2'") : statement
}

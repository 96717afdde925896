import { empty, join, raw, Sql, sql } from '@prisma/client-runtime-utils'
import type { Comparison } from '../domain/values/where.ts'

export { empty, join, raw, Sql, sql }

/** The part of a Prisma client, or of one of its transactions, that raw statements need. */
export interface Db {
  $queryRaw<T = unknown>(query: Sql): Promise<T>
  $executeRaw(query: Sql): Promise<number>
}

export type Reader = Pick<Db, '$queryRaw'>

/** `mysql` is MariaDB too. */
export type Dialect = 'sqlite' | 'postgresql' | 'mysql'

/** The conditions, all of which must hold; at least one. */
export function allOf(conditions: readonly Sql[]): Sql {
  return join(conditions, ' AND ')
}

export const COMPARISON_SQL: Readonly<Record<Comparison, Sql>> = {
  equals: raw('='),
  lt: raw('<'),
  lte: raw('<='),
  gt: raw('>'),
  gte: raw('>='),
}

/** As a balanced tree: SQLite bounds how deep an expression is, and takes a chain of ANDs for one as deep as it is long. */
export function together(parts: readonly Sql[], operator: 'AND' | 'OR'): Sql {
  if (parts.length === 0) return raw(operator === 'AND' ? '(1 = 1)' : '(1 = 0)')
  if (parts.length <= 16) return sql`(${join([...parts], ` ${operator} `)})`
  const half = parts.length >> 1
  return sql`(${together(parts.slice(0, half), operator)} ${raw(operator)} ${together(parts.slice(half), operator)})`
}

/** An identifier, quoted for any dialect (MySQL's sessions have ANSI_QUOTES). */
export function quote(name: string): Sql {
  return raw(quoted(name))
}

/** As `quote`, as text. */
export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

/**
 * Runs a query whose only row holds one column, `json`, of JSON text, and parses it. One cell costs Prisma far less
 * than rows of many cells, and keeps every value as the query wrote it.
 */
export async function queryJson<T>(db: Db, query: Sql): Promise<T> {
  const [row] = await db.$queryRaw<{ json: string }[]>(query)
  if (row === undefined) throw new Error('a query for JSON answered no row')
  return JSON.parse(row.json) as T
}

/** Runs a query for a JSON list, which comes whole as `json`, or each row of which holds an element of it as `element`. */
export async function queryJsonList<T>(db: Db, query: Sql): Promise<T[]> {
  const rows = await db.$queryRaw<({ json: string } | { element: string | null })[]>(query)
  const [first] = rows
  if (first !== undefined && 'json' in first) return JSON.parse(first.json) as T[]
  return rows.map((row) => {
    const { element } = row as { element: string | null }
    if (element === null) throw new Error('a row is larger than the database can answer (max_allowed_packet)')
    return JSON.parse(element) as T
  })
}

/** How a value of spenddown's own tables is stored: numbers may be bigints, and words are any text. */
type Stored<Value> = Value extends number ? number | bigint : Value extends string ? string : Value

/** A row of spenddown's own tables, its bigints as numbers: every number that spenddown writes is exact as such. */
export function plain<Row>(row: { readonly [Name in keyof Row]: Stored<Row[Name]> }): Row {
  const values: Record<string, unknown> = { ...row }
  for (const [name, value] of Object.entries(values)) if (typeof value === 'bigint') values[name] = Number(value)
  return values as Row
}

/** The rows of a statement on spenddown's own tables, its columns named as in `Row`. */
export async function queryRows<Row>(db: Reader, statement: Sql): Promise<Row[]> {
  const rows = await db.$queryRaw<{ readonly [Name in keyof Row]: Stored<Row[Name]> }[]>(statement)
  return rows.map((row) => plain<Row>(row))
}

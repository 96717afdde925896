import { empty, join, raw, Sql, sql } from '@prisma/client-runtime-utils'

export { empty, join, raw, Sql, sql }

/** The part of a Prisma client, or of one of its transactions, that raw statements need. */
export interface Db {
  $queryRaw<T = unknown>(query: Sql): Promise<T>
  $executeRaw(query: Sql): Promise<number>
}

export type Dialect = 'sqlite' | 'postgresql'

/** An identifier, quoted for either dialect. */
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

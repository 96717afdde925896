import type { Db, Sql } from '../../sql.ts'

/**
 * Runs a query whose only row holds one column, `json`, of JSON text, and parses it. One cell costs Prisma far less
 * than rows of many cells, and keeps every value as the query wrote it.
 */
export async function queryJson<T>(db: Db, query: Sql): Promise<T> {
  const [row] = await db.$queryRaw<{ json: string }[]>(query)
  if (row === undefined) throw new Error('a query for JSON answered no row')
  return JSON.parse(row.json) as T
}

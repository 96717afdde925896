import type { Transaction } from '../client.ts'
import { type Dialect, join, raw, type Sql, sql } from '../sql.ts'

/**
 * Writes that do not see each other, to rows of their own. PostgreSQL takes them as one statement: each that goes
 * alone costs this process, the server and the wire as much as twenty of its rows.
 */
export async function writeTogether(tx: Transaction, dialect: Dialect, writes: readonly (Sql | null)[]): Promise<void> {
  const statements = writes.filter((write) => write !== null)
  const last = statements.at(-1)
  if (last === undefined) return
  if (dialect === 'sqlite') {
    for (const statement of statements) await tx.$executeRaw(statement)
    return
  }
  const parts = statements.slice(0, -1).map((statement, at) => sql`${raw(`w${at}`)} AS (${statement})`)
  await tx.$executeRaw(parts.length === 0 ? last : sql`WITH ${join(parts)} ${last}`)
}

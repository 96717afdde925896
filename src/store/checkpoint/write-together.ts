import type { Transaction } from '../client.ts'
import { ownDialect } from '../dialect/dialect-of.ts'
import type { Dialect, Sql } from '../sql.ts'

/** Writes that do not see each other, to rows of their own. */
export async function writeTogether(tx: Transaction, dialect: Dialect, writes: readonly (Sql | null)[]): Promise<void> {
  const statements = writes.filter((write) => write !== null)
  if (statements.length > 0) await ownDialect(dialect).writeTogether(tx, statements)
}

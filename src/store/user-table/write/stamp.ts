import { userTableDialect } from '../../dialect/dialect-of.ts'
import { instantAt } from '../read/instant-text.ts'
import type { UserTable } from '../user-table.ts'

/** The instant as the `refreshedAt` column takes it: epoch milliseconds, or ISO 8601 in UTC. */
export function stampText({ refreshedAt: column }: UserTable, at: Date): string {
  if (column?.instant === 'epoch-ms') return String(at.getTime())
  if (instantAt(at.getTime()) === null) throw new Error('refreshedAt is not an instant')
  return column?.kind === 'timestamp' && column.instant === undefined ? at.toISOString().slice(0, -1) : at.toISOString()
}

/** What `refreshedAtSql` reads of a record that was stamped with the instant. */
export function stampedText(table: UserTable, at: Date): string {
  return userTableDialect(table.dialect).instants.stampedText(table.refreshedAt, at, stampText(table, at))
}

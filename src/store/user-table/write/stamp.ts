import { instantAt } from '../read/instant-text.ts'
import type { UserTable } from '../user-table.ts'

/** The instant as the `refreshedAt` column takes it: epoch milliseconds, or ISO 8601 in UTC. */
export function stampText({ refreshedAt: column }: UserTable, at: Date): string {
  if (column?.instant === 'epoch-ms') return String(at.getTime())
  if (instantAt(at.getTime()) === null) throw new Error('refreshedAt is not an instant')
  return column?.kind === 'timestamp' && column.instant === undefined ? at.toISOString().slice(0, -1) : at.toISOString()
}

/** What `refreshedAtSql` reads of a record that was stamped with the instant: PostgreSQL's timestamp(0) has rounded it. */
export function stampedText(table: UserTable, at: Date): string {
  if (table.dialect === 'sqlite') return stampText(table, at)
  const digits = /timestamp\((\d)\)/.exec(table.refreshedAt?.sqlType ?? '')?.[1]
  const unit = digits === undefined ? 1 : 10 ** Math.max(0, 3 - Number(digits))
  const text = instantAt(Math.floor((at.getTime() + unit / 2) / unit) * unit)
  if (text === null) throw new Error('refreshedAt is not an instant')
  return text
}

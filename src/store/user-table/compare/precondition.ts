import type { Precondition } from '../../../domain/values/record.ts'
import { userTableDialect } from '../../dialect/dialect-of.ts'
import { findColumn, type UserTable } from '../user-table.ts'
import { encodeHeld } from '../values/encode-values.ts'

/** What a record held when it was read, as an update compares it; without the key, and what cannot be compared. */
export function preconditionOf(table: UserTable, held: Readonly<Record<string, unknown>>): Precondition {
  const { updates } = userTableDialect(table.dialect)
  const condition: Record<string, string | number | null> = Object.create(null)
  for (const name of Object.keys(held)) {
    const column = findColumn(table.columns, name)
    if (column === undefined || name === table.key.name || !updates.isComparable(column)) continue
    const value = held[name] ?? null
    const form = value === null ? null : updates.heldForm(value, () => encodeHeld(table, name, value))
    if (form !== undefined) condition[name] = form
  }
  return condition
}

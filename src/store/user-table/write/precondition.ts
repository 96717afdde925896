import type { Precondition } from '../../../domain/record.ts'
import { userTableDialect } from '../../dialect/dialect-of.ts'
import { findColumn, type UserTable } from '../user-table.ts'
import { encodeValues } from './encode-values.ts'

/**
 * What a record held when it was read, in the form in which an update compares it. Left out: the key, by which it is
 * found, and what cannot be compared exactly.
 */
export function preconditionOf(table: UserTable, held: Readonly<Record<string, unknown>>): Precondition {
  const { updates } = userTableDialect(table.dialect)
  const condition: Record<string, string | number | null> = Object.create(null)
  for (const name of Object.keys(held)) {
    const column = findColumn(table.columns, name)
    if (column === undefined || name === table.key.name || !updates.isComparable(column)) continue
    const value = held[name] ?? null
    const form = value === null ? null : updates.heldForm(value, () => encodedText(table, name, value))
    if (form !== undefined) condition[name] = form
  }
  return condition
}

function encodedText(table: UserTable, name: string, value: unknown): string | undefined {
  const encoded = encodeValues(table, { [name]: value })
  const text = 'problem' in encoded ? undefined : encoded.values[name]
  return typeof text === 'string' ? text : undefined
}

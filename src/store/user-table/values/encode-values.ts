import type { ColumnValues } from '../../../domain/record.ts'
import { type Column, findColumn, type UserTable } from '../user-table.ts'
import { encodeValue } from './encode-value.ts'
import { kindOfValue } from './encoded.ts'
import { holds } from './holds.ts'

/** `bytes`: about how much the values weigh, for whoever bounds a batch. */
export type EncodedValues = { readonly values: ColumnValues; readonly bytes: number } | { readonly problem: string }

/**
 * Checks new values against their columns and writes them in the text form that the database reads: what
 * `updateRecords` takes. `undefined` leaves its column alone. A value that its column cannot hold exactly is a
 * problem, not a guess; the problem names the column, what it holds and the kind of value found, not the value.
 */
export function encodeValues(table: UserTable, values: Readonly<Record<string, unknown>>): EncodedValues {
  const encoded: Record<string, string | null> = Object.create(null)
  let bytes = 0
  for (const name of Object.keys(values)) {
    const value = values[name]
    if (value === undefined) continue
    const column = findColumn(table.columns, name)
    if (column === undefined) return { problem: `the table has no column "${name}"` }
    const result = value === null ? encodeNull(column) : encodeValue(value, column, table.dialect)
    if ('problem' in result) return { problem: `column "${name}" holds ${holds(column)}; found ${result.problem}` }
    encoded[name] = result.text
    bytes += name.length + (result.text?.length ?? 4)
  }
  return { values: encoded, bytes }
}

/** A value that a record held, in the same form; undefined: what it held cannot be written so. */
export function encodeHeld(table: UserTable, name: string, value: unknown): string | undefined {
  const encoded = encodeValues(table, { [name]: value })
  const text = 'problem' in encoded ? undefined : encoded.values[name]
  return typeof text === 'string' ? text : undefined
}

/** Null is the database's NULL, in a JSON column too. */
function encodeNull(column: Column): { text: null } | { problem: string } {
  return column.nullable ? { text: null } : { problem: `${kindOfValue(null)}, which the column does not take` }
}

import type { KeptChanges } from '../../../domain/changes.ts'
import type { ColumnValues, RecordRow } from '../../../domain/record.ts'
import type { UserTable } from '../user-table.ts'
import { encodeHeld } from '../values/encode-values.ts'

const MOST_CHARACTERS = 500

/** What the changed columns held, and what they hold now, as text in the form in which values are written. */
export function keptChanges(
  table: UserTable,
  record: RecordRow,
  values: ColumnValues,
  changed: readonly string[],
): KeptChanges {
  return Object.fromEntries(
    changed.map((name) => [name, [textOf(before(table, name, record[name])), textOf(values[name])]]),
  )
}

function before(table: UserTable, name: string, value: unknown): unknown {
  if (value === null || value === undefined) return null
  return encodeHeld(table, name, value) ?? String(value)
}

function textOf(value: unknown): string | null {
  if (value === null || value === undefined) return null
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  // Not through the middle of a character.
  return text.length <= MOST_CHARACTERS
    ? text
    : `${text.slice(0, MOST_CHARACTERS - 1).replace(/[\ud800-\udbff]$/, '')}…`
}

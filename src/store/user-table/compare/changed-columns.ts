import type { KeptChanges } from '../../../domain/run/changes.ts'
import type { ColumnValues, RecordRow } from '../../../domain/values/record.ts'
import { withoutTrailing } from '../../../domain/words/without-trailing.ts'
import { type Column, findColumn, type UserTable } from '../user-table.ts'
import { encodeHeld } from '../values/encode-values.ts'

/**
 * The columns in which a record's new values, as `encodeValues` writes them, differ from what it held when it was read.
 * A number is compared as a number, JSON as what it says; what cannot be compared counts as changed.
 */
export function changedColumns(table: UserTable, record: RecordRow, values: ColumnValues): string[] {
  return Object.keys(values).filter((name) => {
    const before = record[name]
    const after = values[name]
    if (before === null || before === undefined || after === null) return (before ?? null) !== after
    if (before === after) return false
    const column = findColumn(table.columns, name)
    if (column === undefined) return true
    return !isSame(column, encodeHeld(table, name, before), after)
  })
}

function isSame({ kind }: Column, before: string | undefined, after: unknown): boolean {
  if (before === after) return true
  if (before === undefined || typeof after !== 'string') return false
  if (kind === 'numeric') return plain(before) === plain(after)
  return kind === 'json' && isSameJson(before, after)
}

/** What a record holds already may be nested as deep as it likes: too deep to be compared. */
function isSameJson(before: string, after: string): boolean {
  try {
    return sorted(before) === sorted(after)
  } catch {
    return false
  }
}

/** Without zeros that say nothing: "1.50" is "1.5". */
function plain(number: string): string {
  return number.includes('.') ? withoutTrailing(withoutTrailing(number, '0'), '.') : number
}

/** The same JSON with its keys in order: PostgreSQL's jsonb keeps an order of its own. */
function sorted(text: string): string {
  return JSON.stringify(JSON.parse(text), (_, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  )
}

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

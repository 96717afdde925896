import { epochMs, instantAt, readInstant } from '../read/instant-text.ts'
import type { Column, ColumnKind, UserTable } from '../user-table.ts'
import { encodeValue } from '../values/encode-value.ts'

/** Stricter than for an update: a condition that means something else than it says selects the wrong records. */
const TAKES: Readonly<Record<ColumnKind, readonly string[]>> = {
  integer: ['number', 'bigint', 'string'],
  bigint: ['number', 'bigint', 'string'],
  numeric: ['number', 'bigint', 'string'],
  float: ['number', 'bigint', 'string'],
  boolean: ['boolean'],
  text: ['string'],
  uuid: ['string'],
  enum: ['string'],
  timestamp: ['string', 'Date'],
  timestamptz: ['string', 'Date'],
  date: ['string', 'Date'],
  time: ['string'],
  json: [],
  bytes: [],
  array: [],
  other: [],
}

/** A value of a condition in the text form of its column's type; null where the column cannot hold such a value. */
export function parseScalar(value: unknown, column: Column, table: UserTable): string | null {
  const type = value instanceof Date ? 'Date' : typeof value
  if (column.instant === 'epoch-ms') return epochMilliseconds(value)
  const kind = column.instant === undefined ? column.kind : 'timestamptz'
  if (!TAKES[kind].includes(type)) return null
  const encoded = encodeValue(value, { ...column, kind }, table.dialect)
  return 'text' in encoded ? encoded.text : null
}

/** Whether conditions on the column's values, not only on NULL, can be asked. */
export function isComparable(column: Column): boolean {
  return TAKES[column.kind].length > 0
}

/** Whether "less than" means something for the column. */
export function isOrdered(column: Column): boolean {
  return isComparable(column) && column.kind !== 'boolean' && column.kind !== 'enum'
}

function epochMilliseconds(value: unknown): string | null {
  if (typeof value === 'number' && Number.isSafeInteger(value)) return String(value)
  if (typeof value === 'string' && /^-?\d{5,16}$/.test(value)) return value
  const instant =
    typeof value === 'string' ? readInstant(value) : value instanceof Date ? instantAt(value.getTime()) : null
  return instant === null ? null : String(epochMs(instant))
}

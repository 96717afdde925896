import { epochMs, instantAt, readInstant } from '../read/instant-text.ts'
import { type Column, type ColumnKind, isComparable, type UserTable } from '../user-table.ts'
import { encodeValue } from '../values/encode-values.ts'

const NUMBERS: readonly ColumnKind[] = ['integer', 'bigint', 'numeric', 'float']
const INSTANTS: readonly ColumnKind[] = ['timestamp', 'timestamptz', 'date']

/** The columns that each type of value can be compared with. Strict, since a wrong condition selects wrong records. */
const ASKED_OF: Readonly<Record<string, readonly ColumnKind[]>> = {
  number: NUMBERS,
  bigint: NUMBERS,
  boolean: ['boolean'],
  Date: INSTANTS,
  string: [...NUMBERS, ...INSTANTS, 'text', 'uuid', 'enum', 'time'],
}

/** A value of a condition in the text form of its column's type; null where the column cannot hold such a value. */
export function parseScalar(value: unknown, column: Column, table: UserTable): string | null {
  const type = value instanceof Date ? 'Date' : typeof value
  if (column.instant === 'epoch-ms') return epochMilliseconds(value)
  const kind = column.instant === undefined ? column.kind : 'timestamptz'
  if (!ASKED_OF[type]?.includes(kind)) return null
  const encoded = encodeValue(value, { ...column, kind }, table.dialect)
  return 'text' in encoded ? encoded.text : null
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

import type { ColumnValues } from '../../../domain/values/record.ts'
import { userTableDialect } from '../../dialect/dialect-of.ts'
import type { ValueForms } from '../../dialect/user-table-dialect.ts'
import type { Dialect } from '../../sql.ts'
import { type Column, type ColumnKind, findColumn, type UserTable, type ValueType } from '../user-table.ts'
import { arrayLiteral, type Encoded, type Encoder, kindOfValue, refuse } from './encoded.ts'
import { holds } from './holds.ts'
import { encodeDate, encodeInstant, encodeTime } from './instants.ts'
import { encodeFloat, encodeInteger, encodeNumeric } from './numbers.ts'
import { encodeBoolean, encodeEnum, encodeJson, encodeText, encodeUuid } from './texts.ts'

/** `bytes`: the approximate size of the values, by which batches are bounded. */
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
    const result = encodeFor(column, value, table.dialect)
    if ('problem' in result) return result
    encoded[name] = result.text
    bytes += name.length + (result.text?.length ?? 4)
  }
  return { values: encoded, bytes }
}

/** A value as the column takes it. Null is the database's NULL, in a JSON column too. */
export function encodeFor(
  column: Column,
  value: unknown,
  dialect: Dialect,
): { readonly text: string | null } | { readonly problem: string } {
  if (value === null && column.nullable) return { text: null }
  const result = value === null ? NO_NULL : encodeValue(value, column, dialect)
  if ('text' in result) return result
  return { problem: `column "${column.name}" holds ${holds(column)}; found ${result.problem}` }
}

const NO_NULL = { problem: 'null, which the column does not take' }

/** A value that a record held, in the same form; undefined: what it held cannot be written so. */
export function encodeHeld(table: UserTable, name: string, value: unknown): string | undefined {
  const column = findColumn(table.columns, name)
  if (column === undefined || value === null || value === undefined) return undefined
  const encoded = encodeValue(value, column, table.dialect)
  return 'text' in encoded ? encoded.text : undefined
}

/** A value, not null, in the text form of its type. */
export function encodeValue(value: unknown, type: ValueType, dialect: Dialect): Encoded {
  return ENCODERS[type.kind](value, type, userTableDialect(dialect).values)
}

const unwritable: Encoder = (value) => ({ problem: `${kindOfValue(value)}, and spenddown cannot write such columns` })

const ENCODERS: Readonly<Record<ColumnKind, Encoder>> = {
  integer: encodeInteger,
  bigint: encodeInteger,
  numeric: encodeNumeric,
  float: encodeFloat,
  boolean: encodeBoolean,
  text: encodeText,
  uuid: encodeUuid,
  json: encodeJson,
  timestamp: encodeInstant,
  timestamptz: encodeInstant,
  date: encodeDate,
  time: encodeTime,
  enum: encodeEnum,
  array: encodeArray,
  bytes: unwritable,
  other: unwritable,
}

function encodeArray(value: unknown, type: ValueType, forms: ValueForms): Encoded {
  const { element } = type
  if (!Array.isArray(value)) return refuse(value)
  if (element === undefined || element.kind === 'array') return unwritable(value, type, forms)
  const texts: (string | null)[] = []
  for (const [i, each] of value.entries()) {
    if (each === null || each === undefined) {
      texts.push(null)
      continue
    }
    if (Array.isArray(each) && element.kind !== 'json') return { problem: `a list within a list at place ${i + 1}` }
    const encoded = ENCODERS[element.kind](each, element, forms)
    if ('problem' in encoded) return { problem: `${encoded.problem} at place ${i + 1} of the list` }
    texts.push(encoded.text)
  }
  return { text: arrayLiteral(texts) }
}

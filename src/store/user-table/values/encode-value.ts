import { userTableDialect } from '../../dialect/dialect-of.ts'
import type { ValueForms } from '../../dialect/value-forms.ts'
import type { Dialect } from '../../sql.ts'
import type { ColumnKind, ValueType } from '../user-table.ts'
import { arrayLiteral } from './arrays.ts'
import { encodeBoolean } from './booleans.ts'
import { type Encoded, type Encoder, kindOfValue, refuse } from './encoded.ts'
import { encodeDate, encodeInstant, encodeTime } from './instants.ts'
import { encodeFloat, encodeInteger, encodeNumeric } from './numbers.ts'
import { encodeEnum, encodeJson, encodeText, encodeUuid } from './texts.ts'

const unwritable: Encoder = (value) => ({
  problem: `${kindOfValue(value)}, and spenddown cannot write such columns`,
})

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

/** A value, not null, in the text form of its type. */
export function encodeValue(value: unknown, type: ValueType, dialect: Dialect): Encoded {
  return encode(value, type, userTableDialect(dialect).values)
}

function encode(value: unknown, type: ValueType, forms: ValueForms): Encoded {
  return ENCODERS[type.kind](value, type, forms)
}

function encodeArray(value: unknown, { element }: ValueType, forms: ValueForms): Encoded {
  if (!Array.isArray(value)) return refuse(value)
  if (element === undefined || element.kind === 'array') return unwritable(value, element as ValueType, forms)
  const texts: (string | null)[] = []
  for (const [i, each] of value.entries()) {
    if (each === null || each === undefined) {
      texts.push(null)
      continue
    }
    if (Array.isArray(each) && element.kind !== 'json') return { problem: `a list within a list at place ${i + 1}` }
    const encoded = encode(each, element, forms)
    if ('problem' in encoded) return { problem: `${encoded.problem} at place ${i + 1} of the list` }
    texts.push(encoded.text)
  }
  return { text: arrayLiteral(texts) }
}

import type { ValueForms } from '../../dialect/user-table-dialect.ts'
import type { ValueType } from '../user-table.ts'
import { type Encoded, refuse } from './encoded.ts'

const RANGES: Readonly<Record<string, readonly [bigint, bigint]>> = {
  smallint: [-(2n ** 15n), 2n ** 15n - 1n],
  integer: [-(2n ** 31n), 2n ** 31n - 1n],
  // MySQL's.
  tinyint: [-128n, 127n],
  mediumint: [-(2n ** 23n), 2n ** 23n - 1n],
  int: [-(2n ** 31n), 2n ** 31n - 1n],
  'tinyint unsigned': [0n, 255n],
  'smallint unsigned': [0n, 2n ** 16n - 1n],
  'mediumint unsigned': [0n, 2n ** 24n - 1n],
  'int unsigned': [0n, 2n ** 32n - 1n],
  'bigint unsigned': [0n, 2n ** 64n - 1n],
  year: [1901n, 2155n],
}
const LONG: readonly [bigint, bigint] = [-(2n ** 63n), 2n ** 63n - 1n]

const WHOLE = /^[+-]?\d+(?:\.0*)?$/
/** Digits are never shared out between two quantifiers, which would take time by the square of their number. */
const DECIMAL = /^([+-]?)(\d*)(?:\.(\d*))?(?:e([+-]?\d{1,4}))?$/i
const OUT_OF_RANGE: Encoded = { problem: 'a number out of range' }
const NOT_WHOLE: Encoded = { problem: 'a number that is not whole' }
const FLOAT4_MAX = 3.4028235677973366e38

/** The least and the greatest whole number that the type holds. */
export function integerRange(type: ValueType): readonly [bigint, bigint] {
  return RANGES[type.castType] ?? LONG
}

/** A whole number. In SQLite also a boolean, as 1 or 0, and a Date, as epoch milliseconds. */
export function encodeInteger(value: unknown, type: ValueType, forms: ValueForms): Encoded {
  const text = forms.wholeNumberFrom(value)
  if (text !== null) return { text }
  if (typeof value === 'number') {
    if (!Number.isInteger(value)) return Number.isFinite(value) ? NOT_WHOLE : refuse(value)
    if (!Number.isSafeInteger(value))
      return { problem: 'a number too large to be exact; hand it over as text or bigint' }
    return inRange(BigInt(value), type)
  }
  if (typeof value === 'bigint') return inRange(value, type)
  if (typeof value !== 'string') return refuse(value)
  const digits = value.trim()
  if (digits.length < 100 && WHOLE.test(digits))
    return inRange(BigInt(digits.replace(/\.0*$/, '').replace(/^\+/, '')), type)
  return isDecimal(digits) ? NOT_WHOLE : { problem: 'text that is not a number' }
}

function inRange(value: bigint, type: ValueType): Encoded {
  const [least, greatest] = integerRange(type)
  return value < least || value > greatest ? OUT_OF_RANGE : { text: String(value) }
}

/** A decimal with all its digits: PostgreSQL rounds to the scale, SQLite keeps a double where they are too many. */
export function encodeNumeric(value: unknown, type: ValueType, forms: ValueForms): Encoded {
  if (typeof value === 'number' && !Number.isFinite(value)) return refuse(value)
  if (typeof value !== 'number' && typeof value !== 'bigint' && typeof value !== 'string') return refuse(value)
  const text = String(value).trim()
  if (!isDecimal(text)) return { problem: 'text that is not a number' }
  return !forms.holdsDecimal(text) || overflows(text, type) ? OUT_OF_RANGE : { text }
}

function isDecimal(text: string): boolean {
  const match = DECIMAL.exec(text)
  return match !== null && `${match[2]}${match[3] ?? ''}` !== ''
}

/** Whether the number, rounded to the scale, has more digits before the point than precision and scale leave. */
function overflows(text: string, { precision, scale }: ValueType): boolean {
  if (precision === undefined || scale === undefined) return false
  const [, , whole = '', fraction = '', exponent = '0'] = DECIMAL.exec(text) ?? []
  const digits = `${whole}${fraction}`.replace(/^0+/, '')
  if (digits === '') return false
  // The value is 0.DIGITS times ten to the power of `magnitude`.
  const magnitude = Number(exponent) - fraction.length + digits.length
  const most = precision - scale
  if (magnitude !== most) return magnitude > most
  const kept = digits.slice(0, precision)
  return /^9*$/.test(kept.padEnd(precision, '0')) && (digits[precision] ?? '0') >= '5'
}

/** A floating-point number, finite. */
export function encodeFloat(value: unknown, type: ValueType): Encoded {
  if (typeof value === 'string' && !isDecimal(value.trim())) return { problem: 'text that is not a number' }
  if (typeof value !== 'number' && typeof value !== 'bigint' && typeof value !== 'string') return refuse(value)
  const number = Number(value)
  if (typeof value === 'number' && !Number.isFinite(number)) return refuse(value)
  if (type.castType !== 'real') return Number.isFinite(number) ? { text: String(number) } : OUT_OF_RANGE
  if (Math.abs(number) >= FLOAT4_MAX) return OUT_OF_RANGE
  return { text: Math.fround(number) === 0 ? '0' : String(number) }
}

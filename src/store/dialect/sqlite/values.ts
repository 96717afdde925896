import { toMilliseconds } from '../../user-table/read/instant-text.ts'
import type { ValueForms } from '../value-forms.ts'

export const sqliteValues: ValueForms = {
  boolean: (value) => (value ? '1' : '0'),
  instant: toMilliseconds,
  keepsUuids: true,
  /** A boolean as 1 or 0, a Date as epoch milliseconds. */
  wholeNumberFrom(value) {
    if (typeof value === 'boolean') return value ? '1' : '0'
    return value instanceof Date && !Number.isNaN(value.getTime()) ? String(value.getTime()) : null
  },
  // Where the digits are too many, it keeps a double.
  holdsDecimal: (text) => Number.isFinite(Number(text)),
  holdsEscapes: (json) => !/\\ud[89a-f]/i.test(json),
}

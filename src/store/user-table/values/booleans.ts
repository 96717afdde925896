import type { ValueForms } from '../../dialect/value-forms.ts'
import type { ValueType } from '../user-table.ts'
import { type Encoded, refuse } from './encoded.ts'

const WORDS: Readonly<Record<string, boolean>> = {
  true: true,
  t: true,
  yes: true,
  y: true,
  1: true,
  false: false,
  f: false,
  no: false,
  n: false,
  0: false,
}

/** A boolean, 1 or 0, or a word for one of them. */
export function encodeBoolean(value: unknown, _type: ValueType, forms: ValueForms): Encoded {
  if (typeof value === 'boolean') return { text: forms.boolean(value) }
  if (value === 1 || value === 0) return { text: forms.boolean(value === 1) }
  if (typeof value !== 'string') return refuse(value)
  const word = value.trim().toLowerCase()
  return Object.hasOwn(WORDS, word)
    ? { text: forms.boolean(WORDS[word] as boolean) }
    : { problem: 'text that is not true or false' }
}

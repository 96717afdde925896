import type { Dialect } from '../../sql.ts'
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
export function encodeBoolean(value: unknown, _type: ValueType, dialect: Dialect): Encoded {
  if (typeof value === 'boolean') return written(value, dialect)
  if (value === 1 || value === 0) return written(value === 1, dialect)
  if (typeof value !== 'string') return refuse(value)
  const word = value.trim().toLowerCase()
  return Object.hasOwn(WORDS, word)
    ? written(WORDS[word] as boolean, dialect)
    : { problem: 'text that is not true or false' }
}

function written(value: boolean, dialect: Dialect): Encoded {
  if (dialect === 'sqlite') return { text: value ? '1' : '0' }
  return { text: value ? 'true' : 'false' }
}

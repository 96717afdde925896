import { levelsOfText, MOST_LEVELS } from '../../../domain/values/nesting.ts'
import { withoutTrailing } from '../../../domain/words/without-trailing.ts'
import type { ValueForms } from '../../dialect/user-table-dialect.ts'
import type { ValueType } from '../user-table.ts'
import { type Encoded, hollowInJson, refuse } from './encoded.ts'

const UUID = /^[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}$/i
/** NUL or a lone surrogate, as JSON.stringify writes it, after its backslash. */
const UNSTORABLE_ESCAPE = /^u(?:0000|d[89a-f])/i

/** Almost no text has any of these, so that one look is enough. */
const SUSPECT = /[\0\ud800-\udfff]/
const HALF_PAIR = /\p{Surrogate}/u

/** Any text; a number, a boolean, a date, a list or an object as text, the last two as JSON. */
export function encodeText(value: unknown, type: ValueType, forms: ValueForms): Encoded {
  if (typeof value === 'string') return storable(value, type)
  if (typeof value === 'number') return Number.isFinite(value) ? storable(String(value), type) : refuse(value)
  if (typeof value === 'boolean' || typeof value === 'bigint') return storable(String(value), type)
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? refuse(value) : storable(value.toISOString(), type)
  const json = encodeJson(value, type, forms)
  return 'text' in json ? storable(json.text, type) : json
}

/** Any JSON value, as JSON text. */
export function encodeJson(value: unknown, _type: ValueType, forms: ValueForms): Encoded {
  if (typeof value === 'number' && !Number.isFinite(value)) return refuse(value)
  let text: string | undefined
  try {
    if (isHollow(value)) return refuse(value)
    text = JSON.stringify(value)
  } catch {
    return {
      problem: typeof value === 'bigint' ? 'a bigint, which JSON cannot hold' : 'an object that is not JSON',
    }
  }
  if (text === undefined) return refuse(value)
  const levels = levelsOfText(text)
  // The databases' own limits are errors that no transaction survives.
  if (levels > MOST_LEVELS) return { problem: `JSON that is nested ${levels} levels deep` }
  if (hasUnstorableEscape(text) && !forms.holdsEscapes(text))
    return { problem: 'JSON with a NUL character or half a surrogate pair in it' }
  return { text }
}

/** Escapes are read one after the other: `\\u0000` is a backslash and text. */
function hasUnstorableEscape(json: string): boolean {
  for (let at = json.indexOf('\\'); at >= 0; at = json.indexOf('\\', at + 2)) {
    if (json[at + 1] === 'u' && UNSTORABLE_ESCAPE.test(json.slice(at + 1, at + 6))) return true
  }
  return false
}

function isHollow(value: unknown): boolean {
  return typeof value === 'object' && value !== null && (ArrayBuffer.isView(value) || hollowInJson(value) !== undefined)
}

/** A UUID as PostgreSQL prints it; SQLite keeps it as it is written. */
export function encodeUuid(value: unknown, _type: ValueType, forms: ValueForms): Encoded {
  if (typeof value !== 'string') return refuse(value)
  const bare = value.trim().replace(/^\{(.*)\}$/, '$1')
  if (!UUID.test(bare)) return { problem: 'text that is not a UUID' }
  if (forms.keepsUuids) return { text: value }
  const digits = bare.toLowerCase().replaceAll('-', '')
  return { text: digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5') }
}

const TRUE = /^(?:true|t|yes|y|1)$/i
const FALSE = /^(?:false|f|no|n|0)$/i

/** A boolean, 1 or 0, or a word for one of them. */
export function encodeBoolean(value: unknown, _type: ValueType, forms: ValueForms): Encoded {
  if (typeof value !== 'boolean' && typeof value !== 'string' && value !== 1 && value !== 0) return refuse(value)
  const word = String(value).trim()
  if (TRUE.test(word) || FALSE.test(word)) return { text: forms.boolean(TRUE.test(word)) }
  return { problem: 'text that is not true or false' }
}

export function encodeEnum(value: unknown, type: ValueType): Encoded {
  if (typeof value !== 'string') return refuse(value)
  return type.labels?.includes(value) ? { text: value } : { problem: 'text that is none of these' }
}

/** What a column's text may be: no NUL, which would end it, no half characters, no more than the column takes. */
function storable(text: string, { maxLength, castType }: ValueType): Encoded {
  if (SUSPECT.test(text)) {
    if (text.includes('\0')) return { problem: 'text with a NUL character' }
    if (HALF_PAIR.test(text)) return { problem: 'text with half a surrogate pair' }
  }
  if (maxLength === undefined || text.length <= maxLength) return { text }
  const counted = castType === 'bpchar' ? withoutTrailing(text, ' ') : text
  let characters = 0
  for (const _ of counted) characters += 1
  return characters <= maxLength ? { text } : { problem: `text of ${characters} characters` }
}

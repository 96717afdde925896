import type { ValueForms } from '../../dialect/user-table-dialect.ts'
import type { ValueType } from '../user-table.ts'

/**
 * A value in the text form that the database reads for its column's type, or what is wrong with it, in words that go
 * on from "found": "text that is not a number". Never the value itself: it may be a person's.
 */
export type Encoded = { readonly text: string } | { readonly problem: string }

export type Encoder = (value: unknown, type: ValueType, forms: ValueForms) => Encoded

/** What kind of value it is, in a word or two. */
export function kindOfValue(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'a list'
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'an invalid Date' : 'a Date'
  if (typeof value === 'number') return Number.isFinite(value) ? 'a number' : String(value)
  if (typeof value === 'string') return 'text'
  if (typeof value === 'object') return ArrayBuffer.isView(value) ? 'bytes' : (hollowInJson(value) ?? 'an object')
  return `a ${typeof value}`
}

/** What an object is that JSON would write as {}, whatever is in it. */
export function hollowInJson(value: object): string | undefined {
  if (value instanceof Promise) return 'a promise'
  if (value instanceof Map) return 'a Map'
  return value instanceof Set ? 'a Set' : undefined
}

export function refuse(value: unknown): Encoded {
  return { problem: kindOfValue(value) }
}

/** PostgreSQL's text form of an array: every element in quotes, so that no comma, brace or "NULL" is taken amiss. */
export function arrayLiteral(elements: readonly (string | null)[]): string {
  const quoted = (element: string) => `"${element.replace(/["\\]/g, '\\$&')}"`
  return `{${elements.map((element) => (element === null ? 'NULL' : quoted(element))).join(',')}}`
}

import type * as z from 'zod'
import { describeValue, HIDDEN } from './describe-value.ts'
import { leaf, type Refusal } from './leaf.ts'
import { isPlainObject } from './plain-object.ts'

/** RFC 9110, section 5.6.2 (https://www.rfc-editor.org/rfc/rfc9110#section-5.6.2): the form of a header's name. */
export const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/
/** Section 5.5 there: what a header's value may hold. */
export const HEADER_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/
/** A template literal around a variable that is not set: "Bearer undefined", "Bearer ". */
const HOLLOW = /undefined|^\s*((Bearer|Basic|Token|ApiKey)\s*)?$/i

export const MISSING: Refusal = {
  found: 'a missing value',
  hint: 'Missing; set the environment variable that it comes from (in the shell or .env).',
}

/** The headers of every call. Their values are secrets: no problem shows one. */
export function headers(): z.ZodType<Record<string, string>> {
  return leaf('an object: header name to its text', (value, refuse) => {
    if (!isPlainObject(value)) return refuse({ found: describeKind(value) })
    for (const [name, text] of Object.entries(value)) {
      if (!HEADER_NAME.test(name)) refuse({ path: [name], found: 'this name', allowed: 'the name of an HTTP header' })
      else if (isMissing(text)) refuse({ path: [name], allowed: 'text that is not empty', ...MISSING })
      else if (typeof text !== 'string') refuse({ path: [name], found: describeKind(text), allowed: 'text' })
      else if (!HEADER_VALUE.test(text)) refuse({ path: [name], ...UNSENDABLE })
    }
    return { ...value } as Record<string, string>
  })
}

const UNSENDABLE: Refusal = {
  found: HIDDEN,
  allowed: 'text without line breaks, control characters and characters beyond Latin-1',
  hint: 'A line break at its end often comes from the file that a secret was read from.',
}

export function isMissing(value: unknown): boolean {
  return value === undefined || value === null || (typeof value === 'string' && HOLLOW.test(value))
}

/** What was found in place of a secret: a number or a boolean may be one too. */
export function describeKind(value: unknown): string {
  return typeof value === 'object' || typeof value === 'function' ? describeValue(value) : HIDDEN
}

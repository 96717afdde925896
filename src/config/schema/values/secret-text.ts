import type * as z from 'zod'
import { describeValue, HIDDEN } from '../problems.ts'
import { isPlainObject, leaf, type Refusal } from './leaf.ts'

// Values of the config that may be secrets, or hold one. No problem shows them.

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

const UNSENDABLE: Refusal = {
  found: HIDDEN,
  allowed: 'text without line breaks, control characters and characters beyond Latin-1',
  hint: 'A line break at its end often comes from the file that a secret was read from.',
}

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

/** Text that is missing where its environment variable is not set; `read` answers null where it does not fit. */
export function secret<T = string>(
  allowed: string,
  read: (text: string) => T | null,
  missing: Refusal = {},
): z.ZodType<T> {
  return leaf(allowed, (value, refuse) => {
    if (isMissing(value)) return refuse({ ...missing, ...MISSING })
    if (typeof value !== 'string') return refuse({ found: describeKind(value) })
    return read(value) ?? refuse({ found: HIDDEN })
  })
}

/** Whoever knows such a URL may post to it. */
export function secretUrl(): z.ZodType<string> {
  return secret('an absolute http(s) URL', (text) => (httpUrl(text) === null ? null : text))
}

/** Where every path of the vendor's begins; without the slash at its end. */
export function baseUrl(): z.ZodType<string> {
  const inQuery = "A key in the query belongs into `vendor.auth`, as { type: 'query', name, value }."
  return leaf("an absolute http(s) URL without query, such as 'https://api.acme.example'", (value, refuse) => {
    const url = typeof value === 'string' && URL.canParse(value) ? new URL(value) : null
    if (url === null) return refuse()
    if (hasCredentials(url)) return refuse({ found: HIDDEN, hint: 'Credentials belong into `vendor.auth`.' })
    if (url.search !== '') return refuse({ found: HIDDEN, hint: inQuery })
    if (httpUrl(url.href) === null || url.hash !== '') return refuse()
    return `${url.origin}${url.pathname}`.replace(/\/+$/, '')
  })
}

/** RFC 6749, section 3.2 (https://www.rfc-editor.org/rfc/rfc6749#section-3.2): a query is allowed, a fragment not. */
export function tokenUrl(): z.ZodType<string> {
  const allowed = "an absolute http(s) URL without fragment, such as 'https://auth.acme.example/oauth/token'"
  return leaf(allowed, (value, refuse) => {
    const url = typeof value === 'string' && URL.canParse(value) ? new URL(value) : null
    if (url === null) return refuse()
    const hint = 'Credentials belong into `clientId` and `clientSecret`.'
    if (hasCredentials(url)) return refuse({ found: HIDDEN, hint })
    return httpUrl(url.href) !== null && url.hash === '' ? url.href : refuse()
  })
}

/** The folder in which people find reports; ends with a slash. */
export function folderUrl(): z.ZodType<string> {
  const allowed = "an absolute http(s) URL of a folder, such as 'https://intranet.example/reports/'"
  return leaf(allowed, (value, refuse) => {
    const url = httpUrl(value)
    if (url === null) return refuse()
    const more = url.search !== '' || url.hash !== '' || url.username !== ''
    if (more) return refuse({ found: 'a URL with more than a path' })
    return (value as string).replace(/\/?$/, '/')
  })
}

function httpUrl(value: unknown): URL | null {
  const url = typeof value === 'string' && URL.canParse(value) ? new URL(value) : null
  return url !== null && /^https?:$/.test(url.protocol) ? url : null
}

function hasCredentials({ username, password }: URL): boolean {
  return username !== '' || password !== ''
}

function isMissing(value: unknown): boolean {
  return value === undefined || value === null || (typeof value === 'string' && HOLLOW.test(value))
}

/** What was found in place of a secret: a number or a boolean may be one too. */
function describeKind(value: unknown): string {
  return typeof value === 'object' || typeof value === 'function' ? describeValue(value) : HIDDEN
}

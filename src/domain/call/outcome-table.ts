import type { OutcomeKind } from './outcome.ts'

/** One rule of a vendor's outcome table: if all its non-null conditions hold, the outcome is `is`. */
export interface OutcomeRule {
  readonly statuses: readonly number[] | null
  /** A code in the body, as text. */
  readonly code: string | null
  /** Path of the code in the body; null: any of the usual places. */
  readonly at: readonly string[] | null
  /** A part of the message, in lower case. */
  readonly message?: string | undefined
  readonly header: { readonly name: string; readonly value: string } | null
  readonly is: OutcomeKind
}

/** What rules are matched against: a reply, or one record's part of it. */
export interface Said {
  readonly status: number
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
  readonly body: unknown
}

/** Where vendors put error codes: `{ code }`, `{ error: { code } }`, `{ errors: [{ code }] }`, RFC 9457's `type`. */
const USUAL_PLACES = ['code', 'error', 'error.code', 'error.type', 'errors.0.code', 'errorCode', 'type', 'status'].map(
  (path) => path.split('.'),
)

/** The outcome of the first matching rule; null: none matches. */
export function outcomeByTable(table: readonly OutcomeRule[], said: Said): OutcomeKind | null {
  return table.find((rule) => fits(rule, said))?.is ?? null
}

function fits({ statuses, code, at, message, header }: OutcomeRule, said: Said): boolean {
  if (statuses !== null && !statuses.includes(said.status)) return false
  if (header !== null && String(said.headers[header.name] ?? '') !== header.value) return false
  // Data may have a `title` or a `description` as well.
  if (message !== undefined && statuses === null && said.status < 400) return false
  if (message !== undefined && !messagesIn(said.body).some((text) => contains(text, message))) return false
  if (code === null) return true
  const places = at === null ? USUAL_PLACES : [at]
  return places.some((path) => isCode(valueAt(said.body, path), code))
}

/** Where vendors put words for people. */
const MESSAGE_PLACES = [
  'message',
  'error',
  'error.message',
  'errors.0',
  'errors.0.message',
  'errors.0.detail',
  'errors.0.details',
  'detail',
  'details',
  'title',
  'description',
  'error_message',
  'errorMessage',
  'error_description',
  'msg',
  'reason',
].map((path) => path.split('.'))

const MOST_LOOKED_AT = 16_384

/** A text that is no JSON is a message itself. */
function messagesIn(body: unknown): string[] {
  if (typeof body === 'string') return [body]
  return MESSAGE_PLACES.map((path) => valueAt(body, path)).filter((value) => typeof value === 'string')
}

/** Of a text of many thousand characters only the beginning is looked at: it is no message. */
function contains(text: string, part: string): boolean {
  return text.slice(0, MOST_LOOKED_AT).toLowerCase().includes(part)
}

function isCode(value: unknown, code: string): boolean {
  return (typeof value === 'string' || typeof value === 'number') && String(value) === code
}

/** The value at a path into parsed JSON; undefined if there is none. */
export function valueAt(body: unknown, path: readonly string[]): unknown {
  let value = body
  for (const name of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined
    value = (value as Record<string, unknown>)[name]
  }
  return value
}

import type { IncomingHttpHeaders } from 'node:http'
import type { Behaviour } from '../behaviour.ts'
import type { Person } from '../people.ts'

/** A vendor's way of speaking: data and pure functions. Who is known and what is charged is not its business. */
export type Dialect = {
  /** What the vendor does otherwise than the simulator's own; choosing the dialect sets all of it. */
  behaviour: DialectBehaviour
  routes: readonly DialectRoute[]
  /** The API key that a request carries. */
  apiKey: (headers: IncomingHttpHeaders, query: URLSearchParams) => string | undefined
  /** The reply to a lookup of one record. */
  single: (result: Result, said: Said) => Wire
  /** The body of the reply to a lookup of many, where the vendor has such a thing; its status is 200. */
  bulk?: (results: readonly Result[], said: Said) => unknown
  /** Headers that tell of credits, where it has any, as name, value, name, value. */
  headers?: (said: Said) => string[]
  /** The body of the balance, where it can be asked for. */
  account?: (account: AccountSaid) => unknown
  /** The body of an error. */
  error: (refusal: Refusal) => unknown
  /** Statuses that are not the usual ones, by the error's code. */
  statuses?: Readonly<Record<string, number>>
}

export type DialectBehaviour = Pick<
  Behaviour,
  'keyNames' | 'maxBulkRecords' | 'bulkBadItems' | 'cost' | 'outOfCredits' | 'retryAfter' | 'idempotency'
>

/** A `path` that ends with a slash means everything under it. */
export type DialectRoute = { method: 'GET' | 'POST'; path: string } & (
  | { does: 'single' | 'bulk' | 'submit'; asked: (request: DialectRequest, behaviour: Behaviour) => Asked }
  | { does: 'account' }
  /** How a job stands, with its results; or its results alone. */
  | { does: 'job' | 'job results' }
)

export type DialectRequest = {
  /** What follows a route's path that ends with a slash, decoded. */
  rest: string
  query: URLSearchParams
  /** Parsed JSON of a POST. */
  body: unknown
}

/** The lookup keys of a request; `references`: the client's own names for them, where the vendor echoes those. */
export type Asked = { keys: readonly string[]; references?: readonly (string | undefined)[] }

/** One record of an answer. `person` is there where the status is 200, unless the vendor has lost its data. */
export type Result = { status: number; person: Person | undefined; reference: string | undefined }

/** A number of credits as it is told; a lie may be text, or nothing at all. */
export type Amount = number | string | undefined

/** What a reply tells of credits. */
export type Said = { charged: Amount; remaining: Amount }

export type AccountSaid = { remaining: Amount; allotment: number; purchased: number; atMs: number }

/** An error: its usual status, a short code and words. */
export type Refusal = { status: number; code: string; message: string }

export type Wire = { status: number; body: unknown }

/** Headers by name, without those that have no value. */
export function headerList(values: Readonly<Record<string, Amount>>): string[] {
  return Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [name, String(value)]))
}

/** A figure plus another; what is no number stays what it is. */
export function plus(amount: Amount, more: number): Amount {
  return typeof amount === 'number' ? amount + more : amount
}

export function header(headers: IncomingHttpHeaders, name: string): string | undefined {
  const value = headers[name]
  return typeof value === 'string' ? value : undefined
}

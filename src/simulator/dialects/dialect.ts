import type { Person } from '../people.ts'
import { keyOfQuery, keysOfBulk } from '../requests.ts'

/** A vendor's way of speaking: data and pure functions. Who is known and what is charged is not its business. */
export type Dialect = {
  /** What the vendor does otherwise than the simulator's own; choosing the dialect sets all of it. */
  behaviour: DialectBehaviour
  routes: readonly DialectRoute[]
  /** The API key that a request carries. */
  apiKey: (header: (name: string) => string | undefined, query: URLSearchParams) => string | undefined
  /** The reply to a lookup of one record. */
  single: (result: Result, said: Said) => { status: number; body: unknown }
  /** The body of the reply to a lookup of many, where the vendor has such a thing; its status is 200. */
  bulk?: (results: readonly Result[], said: Said) => unknown
  /** Headers that tell of credits, where it has any, as name, value, name, value. */
  headers?: (said: Said) => string[]
  /** The body of the balance, where it can be asked for. */
  account?: (account: AccountSaid) => unknown
  /** The body of an error: its usual status, a short code and words. */
  error: (refusal: { status: number; code: string; message: string }) => unknown
  /** Statuses that are not the usual ones, by the error's code. */
  statuses?: Readonly<Record<string, number>>
}

/** What these mean, the simulator's whole behaviour says: behaviour.ts. */
export type DialectBehaviour = {
  keyNames: readonly string[]
  maxBulkRecords: number
  bulkBadItems: 'item' | 'whole'
  cost: { per: 'call' | 'record' | 'match'; credits: number }
  outOfCredits: { status: number; body: unknown }
  retryAfter: 'seconds' | 'date' | 'none'
  idempotency: boolean
}

/** What most vendors have in common: one record a call, no idempotency keys, and a 429 that does not say how long. */
export const usual = { maxBulkRecords: 1, bulkBadItems: 'item', retryAfter: 'none', idempotency: false } as const

/** A `path` that ends with a slash means everything under it. */
export type DialectRoute = { method: 'GET' | 'POST'; path: string } & (
  | { does: 'single' | 'bulk' | 'submit'; asked: (request: DialectRequest, behaviour: DialectBehaviour) => Asked }
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

/** A lookup of one record, whose key is in the query. */
export function lookupByQuery(path: string): DialectRoute {
  const asked = ({ query }: DialectRequest, { keyNames }: DialectBehaviour) => ({ keys: [keyOfQuery(query, keyNames)] })
  return { method: 'GET', path, does: 'single', asked }
}

/** A lookup of many records, which the body has as `list`. */
export function lookupInBulk(path: string, does: 'bulk' | 'submit' = 'bulk', list = 'requests'): DialectRoute {
  return {
    method: 'POST',
    path,
    does,
    asked: ({ body }, { keyNames, maxBulkRecords }) => ({ keys: keysOfBulk(body, keyNames, maxBulkRecords, list) }),
  }
}

/** Headers by name, without those that have no value. */
export function headerList(values: Readonly<Record<string, Amount>>): string[] {
  return Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [name, String(value)]))
}

import { BadRequest, keyOfQuery, keysOfBulk } from '../http/requests.ts'
import type { SlidingLimit } from '../limits/rate-windows.ts'
import type { Person } from '../lookups/people.ts'

/** A vendor's way of speaking: data and pure functions. Who is known and what is charged is not its business. */
export type Dialect = {
  /** What the vendor does otherwise than the simulator's own; choosing the dialect sets all of it. */
  behaviour: DialectBehaviour
  /** What an account with this vendor may have that others have not, by name, and what it means. */
  variants?: Readonly<Record<string, string>>
  routes: readonly DialectRoute[]
  /** It keeps in which version the client last saw each record, for routes on which what is unchanged is free. */
  remembersLooks?: boolean
  /** What was given for a charge is given again, unchanged, for as long as a repeat is free. */
  repeatsAreOld?: boolean
  /** Rate limits count the records of a call and not the call. */
  limitsCount?: 'records'
  /** The API key that a request carries, or that its token was given for. */
  apiKey: (header: HeaderOf, query: URLSearchParams, nowAt: number) => string | undefined
  /** What its replies call JSON, where that is not application/json. */
  jsonType?: string
  /** Looks at the headers of a request whose key is right. @throws Refusal */
  accepts?: (header: HeaderOf, variants: readonly string[]) => void
  /** The reply to a lookup of one record. */
  single: (result: Result, said: Said) => { status: number; body: unknown }
  /** The body of the reply to a lookup of many, where the vendor has such a thing; its status is 200, or a Refusal's. */
  bulk?: (results: readonly Result[], said: Said) => unknown
  /** How it speaks of jobs, where otherwise than the simulator's own. */
  jobs?: {
    /** `count`: of jobs so far, this one included. */
    idOf: (keys: readonly string[], count: number) => string
    /** The reply to a submission. `results`: known where they are charged at once, otherwise 202 and without a person. */
    taken: (id: string, results: readonly Result[], said: Said) => { status: number; body: unknown }
    /** The reply to a question after jobs. */
    told: (jobs: readonly JobSaid[], said: Said, query: URLSearchParams) => { status: number; body: unknown }
  }
  /** Headers that tell of credits in a reply to a lookup, where it has any, as name, value, name, value. */
  headers?: (said: Said, status: number) => string[]
  /** The same in replies to requests that were refused: nothing was charged then. */
  errorHeaders?: (said: Said, status: number) => string[]
  /** Headers that tell of the rate limits in force, unless `rateHeaders` asks for others. */
  limitHeaders?: (limits: readonly SlidingLimit[], nowAt: number, status: number) => string[]
  /** The body of the balance, where it can be asked for and the route does not say it. */
  account?: (account: AccountSaid, query: URLSearchParams) => unknown
  /** The reply when too few credits are left, where it tells of the account: a body, or a Refusal; `undefined` for the behaviour's. */
  outOfCredits?: (account: AccountSaid) => unknown
  /** The body of an error: its usual status, a short code and words. A text is sent as text. */
  error: (refusal: { status: number; code: string; message: string }) => unknown
  /** Statuses that are not the usual ones, by the error's code. */
  statuses?: Readonly<Record<string, number>>
}

/** What these mean, the simulator's whole behaviour says: behaviour.ts. */
export type DialectBehaviour = {
  keyNames: readonly string[]
  maxBulkRecords: number
  variants: readonly string[]
  bulkBadItems: 'item' | 'whole'
  cost: { per: 'call' | 'record' | 'match'; credits: number }
  outOfCredits: { status: number; body: unknown }
  retryAfter: 'seconds' | 'date' | 'none'
  idempotency: boolean
  chargeAt: 'arrival' | 'reply'
  freeRepeatMs: number | null
}

/** What most vendors have in common: one record a call, no idempotency keys, and a 429 that does not say how long. */
export const usual = {
  maxBulkRecords: 1,
  variants: [],
  bulkBadItems: 'item',
  retryAfter: 'none',
  idempotency: false,
  chargeAt: 'arrival',
  freeRepeatMs: null,
} as const

/** A `path` that ends with a slash means everything under it, but for an account. */
export type DialectRoute = { method: 'GET' | 'POST'; path: string } & (
  | { does: 'single' | 'bulk' | 'submit'; asked: (request: DialectRequest, behaviour: DialectBehaviour) => Asked }
  /** `tells`: its own body. `perMinute`: a limit of its own, whatever else is limited. */
  | { does: 'account'; tells?: NonNullable<Dialect['account']>; perMinute?: number }
  /** How a job stands, with its results; or its results alone. `ids`: where the query names the jobs and not the path. */
  | { does: 'job' | 'job results'; ids?: (query: URLSearchParams) => readonly string[] }
  /** Gives a token for the API key; its own body. @throws Refusal */
  | { does: 'token'; grants: (asked: TokenAsked) => unknown }
)

export type HeaderOf = (name: string) => string | undefined

/** `apiKey`: the right one, `null` where any is. */
export type TokenAsked = {
  header: HeaderOf
  form: URLSearchParams
  apiKey: string | null
  nowAt: number
  variants: readonly string[]
}

export type DialectRequest = {
  /** What follows a route's path that ends with a slash, decoded. */
  rest: string
  query: URLSearchParams
  /** Parsed JSON of a POST. */
  body: unknown
}

export type Asked = {
  /** The lookup keys of a request. */
  keys: readonly string[]
  /** What the client wants to see again beside each result, where the vendor echoes that. */
  references?: readonly unknown[]
  /** What one record costs, where the request decides it; otherwise as the behaviour has it. */
  credits?: number
  /** The same for each record, where they differ. */
  prices?: readonly number[]
  /** It is answered now and not taken as a job. */
  atOnce?: boolean
  /**
   * Which records cost nothing: `unchanged` since the client last saw them, or `charged before`. A result then tells
   * whether it was billed.
   */
  free?: 'unchanged' | 'charged before'
  /** Statuses of single records that are certain before anything is looked up. */
  fixed?: readonly (number | undefined)[]
}

/** A request that the vendor refuses in words of its own, and does not look up. Thrown by `asked`. */
export class Refusal extends BadRequest {
  readonly status: number
  readonly body: unknown
  readonly headers: string[]

  constructor(status: number, body: unknown, headers: string[] = []) {
    super(`Refused with ${status}`)
    this.status = status
    this.body = body
    this.headers = headers
  }
}

/** One record of an answer. `person` is there where the status is 200, unless the vendor has lost its data. */
export type Result = { status: number; person: Person | undefined; reference: unknown; billed?: boolean | undefined }

/** A job as it stands. Results of one that is not done have no person, and 202, 402 or 500 for a status. */
export type JobSaid = { id: string; state: 'running' | 'done' | 'failed' | 'unknown'; results: readonly Result[] }

/** A number of credits as it is told; a lie may be text, or nothing at all. */
export type Amount = number | string | undefined

/** What a reply tells of credits. `used`: by lookups, since the bill began. */
export type Said = { charged: Amount; remaining: Amount; used: number; variants: readonly string[] }

/** `purchased` is counted in what remains. `resetAt`: when the plan's credits come again, ms since the epoch. */
export type AccountSaid = {
  remaining: Amount
  allotment: number
  purchased: number
  atMs: number
  resetAt: number | null
  variants: readonly string[]
}

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

/** The credits spent in the cycle: what was there less what remains; a lie stays what it is. */
export function usedOf({ remaining, allotment, purchased }: AccountSaid): Amount {
  return typeof remaining === 'number' ? rounded(allotment + purchased - remaining) : remaining
}

/** Without the dust of binary fractions. */
export function rounded(credits: number): number {
  return Number(credits.toFixed(6))
}

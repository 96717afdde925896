import type { AuthOptions } from './auth-options.ts'
import type { CreditsOptions } from './credits-options.ts'
import type {
  AnyRecord,
  Body,
  BulkBody,
  BulkResult,
  ResultsRequest,
  StandardSchema,
  VendorOutcome,
  VendorReply,
  VendorRequest,
} from './vendor-types.ts'

/** The third-party API and the account we hold there. */
export interface VendorOptions<R extends object = AnyRecord> {
  /** The ledger's key: letters, digits, '.', '_', '-'. Whoever changes it starts a new ledger. */
  readonly name: string
  /** Absolute http(s) URL, without query. */
  readonly baseUrl: string
  /** Sent with every call. Values are secrets: they are never printed. One that is missing is a config error. */
  readonly headers?: Readonly<Record<string, string | undefined>>
  /** How the vendor knows who calls, where `headers` do not say it. */
  readonly auth?: AuthOptions
  /** One record a call. */
  readonly single?: SingleOptions<R>
  /** Many records a call; used when present. With `single` too, a record that is left alone goes through that. */
  readonly bulk?: BulkOptions<R>
  /** How results are had that come later: the vendor takes a call as a job, which is polled. */
  readonly async?: AsyncOptions
  /** The vendor's own meaning of a reply, where its status does not say it; undefined = the default table. */
  readonly outcome?: (reply: VendorReply) => VendorOutcome | undefined
  /** The vendor's own table, read in order, after `outcome` and before the default one. */
  readonly outcomes?: readonly OutcomeRuleOptions[]
  /** What one record's data must be, before it is mapped: a Standard Schema, such as zod's. It must not be asynchronous. */
  readonly response?: StandardSchema
  /** The header for a call's id, if the vendor honours one: what was sent twice is then charged once. */
  readonly idempotencyHeader?: string
  /** What becomes of an unknown call's items, when no idempotency key protects them. Default 'retry'. */
  readonly onUnknown?: 'retry' | 'skip'
  /** Milliseconds until a call without an answer is given up. Default 30,000; at most an hour. */
  readonly timeoutMs?: number
  /** The longest reply, bytes unpacked; the rest is cut, and the call paid for. Default 1 MiB, in bulk 16 MiB. */
  readonly maxReplyBytes?: number
  /** How often a record is tried where errors are transient. Throttled calls do not count. Default 5. */
  readonly maxAttempts?: number
  /** A duration: how long the vendor may be down before the run stops (exit 3). Default '30m'. */
  readonly unhealthyAfter?: string
  /** A duration: how long paid replies (people's data, no secrets) are kept for `spenddown replay`. Default: not. */
  readonly keepReplies?: string
  /** The published ceilings; each optional. The pace finds its own way below them. */
  readonly limits?: LimitsOptions
  /** What calls cost, and where the balance is known from. */
  readonly credits?: CreditsOptions<R>
}

/** One line of the vendor's own table of outcomes: all that it names must be so. */
export interface OutcomeRuleOptions {
  readonly status?: number | readonly number[]
  /** The code of an error in the body, wherever vendors usually put it; also of one record's part in a bulk reply. */
  readonly code?: string | number
  /** A dotted path to the code, where it stands elsewhere: 'meta.reason', 'errors.0.id'. */
  readonly at?: string
  /**
   * A part of the message, whatever its case, wherever vendors usually put it: `message`, `error`, `detail` and the like,
   * or the whole reply where that is no JSON. Without a `status` it is looked for from 400 up.
   */
  readonly message?: { readonly contains: string }
  /** A header and its whole value. */
  readonly header?: { readonly name: string; readonly value: string }
  readonly is: VendorOutcome
}

export interface SingleOptions<R extends object = AnyRecord> {
  readonly request: (record: R) => VendorRequest
  /** The record's data in the reply's body. Default: the body itself. */
  readonly data?: (body: Body) => unknown
  /** See `bulk.belongsTo`. */
  readonly belongsTo?: (record: R, data: Body) => boolean
}

export interface BulkOptions<R extends object = AnyRecord> {
  /** The most records in one call, as the vendor says; up to 10,000. */
  readonly maxRecords: number
  /** The longest body that the vendor takes, in bytes of JSON. Default: as long as it gets; a 413 halves the calls. */
  readonly maxBytes?: number
  readonly request: (records: readonly R[]) => VendorRequest
  /** One per record, in the same order; or with a `key`, in any order, where missing ones were not found. */
  readonly results: (body: BulkBody, records: readonly R[]) => readonly (BulkResult | null | undefined)[]
  /** The `key` of a record's result, such as its email; `at`: its place in the call. Default: the record's own key. */
  readonly key?: (record: R, at: number) => string | number | bigint | null | undefined
  /** Whether data is this record's, by what it echoes. If not, it is never written: the record fails, paid for. */
  readonly belongsTo?: (record: R, data: Body) => boolean
}

/**
 * A vendor that takes a call, single or bulk, as a job of its own, which is polled for the results that `single.data` or
 * `bulk.results` reads. Polls must cost nothing. The job's id is stored, so that no later process submits it again.
 */
export interface AsyncOptions {
  /** The job's id in the reply to a call; nothing where the reply is the result itself. */
  readonly id: (body: Body, reply: VendorReply) => string | number | null | undefined
  /** Asks how a job stands. */
  readonly poll: (id: string) => VendorRequest
  /** Where the vendor tells of several jobs in one reply: how they are asked for together. `poll` asks for one alone. */
  readonly pollMany?: PollManyOptions
  /** How it stands, by a 2xx reply to `poll`. Default: a 202 means that it runs, any other that it is done. */
  readonly state?: (body: Body, reply: VendorReply) => 'running' | 'done' | 'failed'
  /**
   * Asks for the results of a job that is done, where they are not in the reply to `poll`. They may be a file at another
   * address, also gzipped.
   */
  readonly fetch?: (id: string, body: Body) => ResultsRequest
  /** What `fetch` brings is JSON lines: the body is the list of them. Default false. */
  readonly lines?: boolean
  /** A duration: the least time between two polls of a job; the older it is, the longer. Default '5s'. */
  readonly every?: string
  /** A duration: how long after its submission a job may still bring results; then it is unknown. Default '1h'. */
  readonly within?: string
}

/** One request for several jobs, whose reply says of each how it stands. */
export interface PollManyOptions {
  /** The most jobs in one request, 2 to 1,000. */
  readonly maxJobs: number
  readonly request: (ids: readonly string[]) => VendorRequest
  /**
   * The jobs in the reply, in any order; one that it does not name still runs. `body` and `status` (default: the reply's
   * own) are what a reply to `poll` would have brought, and are read as such.
   */
  readonly jobs: (body: Body, reply: VendorReply) => readonly PolledJob[]
}

export interface PolledJob {
  readonly id: string | number
  readonly status?: number
  readonly body: unknown
}

export interface LimitsOptions {
  /** Calls at the same time; a whole number. */
  readonly maxConcurrent?: number
  /** Calls a second; may be below 1. */
  readonly perSecond?: number
  /** Calls a minute. */
  readonly perMinute?: number
  /** Calls in any hour, and in any 24 hours; whole numbers. When they are used up, sending stops until the oldest is over. */
  readonly perHour?: number
  readonly perDay?: number
  /**
   * With several accounts: those of this vendor's name keep `maxConcurrent`, `perSecond` and `perMinute` together, as far as
   * one process works them: the vendor counts by address, not by key. Default false.
   */
  readonly shared?: boolean
}

import type { OutcomeRule, Said } from '../../domain/call/outcome-table.ts'
import type { SerializedBody } from '../../domain/call/request-body.ts'
import type { CostTerms } from '../../domain/credits/cost.ts'
import type { KeptChanges } from '../../domain/run/changes.ts'
import type { ColumnValues, Precondition, RecordRow } from '../../domain/values/record.ts'
import type { Quota } from './pace.ts'

/** One HTTP request to the vendor, as the config's functions describe it. */
export interface VendorRequest {
  readonly method: string
  /** Joined to the base URL; begins with "/". */
  readonly path: string
  /** Instead of the path: an absolute URL. At another host than the vendor's it is sent without any credentials. */
  readonly url?: string
  readonly query?: Readonly<Record<string, string | number | boolean | null | undefined>>
  /** The body, as at most one of these: JSON, a form, or text. */
  readonly json?: unknown
  readonly form?: Readonly<Record<string, string | number | boolean | null | undefined>>
  readonly body?: string
  /** The body as it travels, where it has been made of these; null: there is none. */
  readonly serialized?: SerializedBody | null
  readonly headers?: Readonly<Record<string, string>>
  /** It asks for the balance, which may have a host and credentials of its own. */
  readonly forBalance?: boolean
  /** Longer replies (in unpacked bytes) are cut off; missing: the client's own limit applies. */
  readonly maxReplyBytes?: number
}

/** The result of sending a request. */
export type Exchange =
  | {
      readonly kind: 'reply'
      readonly status: number
      readonly headers: Headers
      readonly text: string
      readonly latencyMs: number
      /** Rate limits in the headers; missing if there are none. */
      readonly quotas?: readonly Quota[]
    }
  /** The vendor never received it: no connection could be made. */
  | { readonly kind: 'not-sent'; readonly reason: string; readonly latencyMs: number }
  /** It was, or may have been, sent, and no complete reply arrived; `status` if at least the headers did. */
  | {
      readonly kind: 'lost'
      readonly reason: string
      readonly status: number | null
      readonly latencyMs: number
      /** The reply was cut off here because it is too long; repeating the request would not help. */
      readonly tooLong?: boolean
    }

export type Headers = Said['headers']

export interface VendorClient {
  /**
   * Sends one request, once. Never throws because of the network or the vendor. `mayGo` is checked just before the first
   * byte is written; if it returns false, nothing is sent.
   */
  send(request: VendorRequest, idempotencyKey: string | null, mayGo?: () => boolean): Promise<Exchange>
  /** Closes all connections: requests in flight are lost. Later requests open new ones. */
  close(): void
}

/** A reply as passed to the config's functions. `body` is parsed JSON, or the text if it is not JSON. */
export type Reply = Said

export interface SingleRules {
  request(record: RecordRow): VendorRequest
  data(body: unknown): unknown
  /** Checks that the data is this record's; optional. */
  readonly belongsTo?: BelongsTo | undefined
}

export type BelongsTo = (record: RecordRow, data: unknown) => unknown

export interface BulkRules {
  readonly maxRecords: number
  /** The longest request body that the vendor accepts, in bytes of JSON; null: not known. */
  readonly maxBytes: number | null
  request(records: readonly RecordRow[]): VendorRequest
  /** One part per record, in the same order; or parts with a `key`, in any order. */
  results(body: unknown, records: readonly RecordRow[]): unknown
  /** The `key` of a record's part; `at`: its position in the call. Null: not configured; parts without keys are in the records' order. */
  readonly key: ((record: RecordRow, at: number) => unknown) | null
  /** See SingleRules. */
  readonly belongsTo?: BelongsTo | undefined
}

/** How to poll calls that the vendor takes as jobs. */
export interface AsyncRules {
  /** The job's id; undefined, null or '' if the reply is the result itself. */
  id(body: unknown, reply: Reply): unknown
  /** The request for the job's state; it must be free of charge. */
  poll(id: string): VendorRequest
  /** One request for the state of up to `maxJobs` jobs, and their parts of its reply; null: each is asked for alone. */
  readonly pollMany: {
    readonly maxJobs: number
    request(ids: readonly string[]): VendorRequest
    jobs(body: unknown, reply: Reply): unknown
  } | null
  /** 'running', 'done' or 'failed', from a reply to `poll`. */
  state(body: unknown, reply: Reply): unknown
  /** The request for its results; null: they are in the reply to `poll`. */
  readonly fetch: ((id: string, body: unknown) => VendorRequest) | null
  /** The results that `fetch` asks for are JSON lines. */
  readonly lines: boolean
  /** The shortest time between two polls of a job, ms. */
  readonly everyMs: number
  /** How long after its submission a job may still deliver results, ms. */
  readonly withinMs: number
}

export interface BalanceRules {
  readonly request: VendorRequest
  /** Statuses besides 2xx whose replies tell the balance. */
  readonly statuses: readonly number[]
  /** For messages: where it is, its secrets hidden, and what hides them in what it answers. */
  readonly shown?: { readonly url: string; readonly hide: (text: string) => string }
  remaining(body: unknown, reply: Reply): unknown
  /** The next reset according to the same body, epoch ms; null: none, or none that is credible. */
  resetsAt?(body: unknown, nowMs: number): number | null
  /** The instant for which the balance is valid; null: now. */
  readonly asOf: ((body: unknown, reply: Reply) => unknown) | null
  /** The part of the remaining credits that was bought in addition to the plan and must not be spent; null: none. */
  readonly purchased: ((body: unknown, reply: Reply) => unknown) | null
  /** The shortest time between two requests, ms; 0: no limit. */
  readonly spacingMs: number
}

/**
 * The config of a vendor: requests, replies, prices. The functions are the user's and may throw, or answer a promise; one
 * that fails is no unhandled rejection.
 */
export interface VendorRules {
  readonly name: string
  /** At least one of `single` and `bulk` is set. With both, `single` is used for calls with one record. */
  readonly single: SingleRules | null
  readonly bulk: BulkRules | null
  /** Null: the vendor takes no calls as jobs. */
  readonly async: AsyncRules | null
  /** The outcome of a reply, one of VENDOR_OUTCOMES; undefined: by the tables below. */
  readonly outcome: ((reply: Reply) => string | undefined) | null
  /** The vendor's outcome table, used after `outcome` and before the default one. */
  readonly outcomes: readonly OutcomeRule[]
  readonly cost: CostTerms
  /** The price of one record in credits, if prices differ; `data` is undefined for a miss. Null: all cost the same. */
  readonly price: ((record: RecordRow, data: unknown) => unknown) | null
  /** The cost of this call as reported by the vendor, in credits. */
  readonly charged: ((reply: Reply) => unknown) | null
  /** The balance in a reply, in credits. */
  readonly remaining: ((reply: Reply) => unknown) | null
  readonly balance: BalanceRules | null
  /** When credits come back, by a reply that says that none are left, epoch ms; null: not said, or not credible. */
  readonly backAt?: (reply: Reply, nowMs: number) => number | null
  /** The vendor does not charge again for a record within this time after it was paid for; null: it does. */
  readonly freeRepeat: { readonly withinMs: number; readonly select: boolean } | null
  readonly idempotent: boolean
  readonly onUnknown: 'retry' | 'skip'
  /** Tells this config from others of the vendor's by its URL and its functions' text. */
  readonly identity: string
  readonly maxAttempts: number
  readonly timeoutMs: number
  /** The longest replies accepted, in unpacked bytes. */
  readonly maxReplyBytes: { readonly single: number; readonly bulk: number }
  readonly unhealthyAfterMs: number
}

/** Turns the vendor's data into values for the record's columns. */
export type MapData = (data: unknown, record: RecordRow) => Mapped

/** Turns a record's values, as read for its request, into the form in which they are compared when its values are written. */
export type PreconditionOf = (held: Readonly<Record<string, unknown>>) => Precondition

export interface MappedValues {
  readonly values: ColumnValues
  /** What the record's request was made of: values are written only if the record still holds that. */
  readonly precondition?: Precondition | undefined
  /** The columns in which the values differ from the record's; missing if not compared. */
  readonly changed?: readonly string[]
  /** Their values before and after; missing if the config does not keep them. */
  readonly kept?: KeptChanges
  /** The paths of `update` that find nothing in the data, each with its column; nothing where all find something. */
  readonly missing?: readonly string[]
}

export type Mapped =
  | (MappedValues & { readonly kind: 'values' })
  | (Pick<MappedValues, 'missing'> & { readonly kind: 'unusable'; readonly reason: string })

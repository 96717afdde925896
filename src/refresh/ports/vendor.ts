import type { KeptChanges } from '../../domain/changes.ts'
import type { CostTerms } from '../../domain/cost.ts'
import type { OutcomeRule } from '../../domain/outcome-table.ts'
import type { JsonValue, Precondition, RecordRow } from '../../domain/record.ts'
import type { Quota } from './pace.ts'

/** One HTTP request to the vendor, as the config's functions describe it. */
export interface VendorRequest {
  readonly method: string
  /** Joined to the base URL; begins with "/". */
  readonly path: string
  readonly query?: Readonly<Record<string, string | number | boolean | null | undefined>>
  readonly json?: unknown
  readonly headers?: Readonly<Record<string, string>>
  /** A reply with more bytes, unpacked, is cut; without it, the client's own bound counts. */
  readonly maxReplyBytes?: number
}

/** What came of sending a request. */
export type Exchange =
  | {
      readonly kind: 'reply'
      readonly status: number
      readonly headers: Headers
      readonly text: string
      readonly latencyMs: number
      /** What the headers say of the rate limits; nothing where they say none. */
      readonly quotas?: readonly Quota[]
    }
  /** The vendor never saw it: no connection could be made. */
  | { readonly kind: 'not-sent'; readonly reason: string; readonly latencyMs: number }
  /** It was sent, or may have been, and no whole reply came; `status` where at least its head did. */
  | {
      readonly kind: 'lost'
      readonly reason: string
      readonly status: number | null
      readonly latencyMs: number
      /** It was cut here, because it is longer than it may be: it would be so again. */
      readonly tooLong?: boolean
    }

export type Headers = Readonly<Record<string, string | readonly string[] | undefined>>

export interface VendorClient {
  /**
   * Sends one request, once. Never throws for what the network or the vendor does. `mayGo` is asked when the first
   * byte is about to be written; if it says no, nothing is sent.
   */
  send(request: VendorRequest, idempotencyKey: string | null, mayGo?: () => boolean): Promise<Exchange>
  /** Closes all connections: what is on one of them is lost. A request after that opens another. */
  close(): void
}

/** A reply as the config's functions see it. `body` is parsed JSON, or the text where it is not JSON. */
export interface Reply {
  readonly status: number
  readonly headers: Headers
  readonly body: unknown
}

/** One record a call. */
export interface SingleRules {
  request(record: RecordRow): VendorRequest
  data(body: unknown): unknown
  /** Whether the data is this record's; without it nothing in the data tells. */
  readonly belongsTo?: BelongsTo | undefined
}

export type BelongsTo = (record: RecordRow, data: unknown) => unknown

/** Many records a call. */
export interface BulkRules {
  readonly maxRecords: number
  /** The longest body that the vendor takes, in bytes of JSON; null: none is known. */
  readonly maxBytes: number | null
  request(records: readonly RecordRow[]): VendorRequest
  /** One part per record, in the same order; or parts with a `key`, in any order. */
  results(body: unknown, records: readonly RecordRow[]): unknown
  /** What the `key` of a record's part is, by its place in the call; null: parts without a key are in the records' order. */
  readonly key: ((record: RecordRow, at: number) => unknown) | null
  /** As in SingleRules. */
  readonly belongsTo?: BelongsTo | undefined
}

/** How the results of a call are asked for that the vendor takes as a job of its own. */
export interface AsyncRules {
  /** The vendor's id for the job; nothing where the reply is the result itself. */
  id(body: unknown, reply: Reply): unknown
  /** Asks how the job stands; costs nothing. */
  poll(id: string): VendorRequest
  /** 'running', 'done' or 'failed', by a reply to `poll`. */
  state(body: unknown, reply: Reply): unknown
  /** Asks for its results; null: they are in the reply to `poll`. */
  readonly fetch: ((id: string, body: unknown) => VendorRequest) | null
  /** The least time between two polls of a job, ms. */
  readonly everyMs: number
  /** How long after its submission a job may still bring results, ms. */
  readonly withinMs: number
}

/** The endpoint that tells the balance. */
export interface BalanceRules {
  readonly path: string
  remaining(body: unknown): unknown
  /** When the next reset is, as the same body says it, epoch ms; null: it does not, or not so that it can be believed. */
  resetsAt?(body: unknown, nowMs: number): number | null
  /** As of when it tells the balance; null: as of now. */
  readonly asOf: ((body: unknown) => unknown) | null
  /** Credits among those that remain that were bought beside the plan, and are not to be spent; null: there are none. */
  readonly purchased: ((body: unknown) => unknown) | null
  /** The least time between two requests, ms; 0: as often as need be. */
  readonly spacingMs: number
}

/** What the config says of a vendor: its requests, its replies, its prices. The functions are the user's: they may throw. */
export interface VendorRules {
  readonly name: string
  /** At least one of `single` and `bulk` is there. With both, `single` is for a record that is left alone. */
  readonly single: SingleRules | null
  readonly bulk: BulkRules | null
  /** Null: a reply is the result. */
  readonly async: AsyncRules | null
  /** The vendor's own meaning of a reply, one of VENDOR_OUTCOMES; undefined: the default table. */
  readonly outcome: ((reply: Reply) => string | undefined) | null
  /** The vendor's table, read after `outcome` and before the default one. */
  readonly outcomes: readonly OutcomeRule[]
  readonly cost: CostTerms
  /** What one record costs, in credits, where they do not all cost the same; `data` is undefined for a miss. */
  readonly price: ((record: RecordRow, data: unknown) => unknown) | null
  /** What the vendor says that this call cost, in credits. */
  readonly charged: ((reply: Reply) => unknown) | null
  /** The balance in a reply, in credits. */
  readonly remaining: ((reply: Reply) => unknown) | null
  readonly balance: BalanceRules | null
  /** The vendor does not charge again for a record that it was paid for within so long; null: it does. */
  readonly freeRepeat: { readonly withinMs: number; readonly select: boolean } | null
  readonly idempotent: boolean
  readonly onUnknown: 'retry' | 'skip'
  /** Tells this config from others of the vendor's by its URL and its functions' text. */
  readonly identity: string
  readonly maxAttempts: number
  readonly timeoutMs: number
  /** What replies may have in bytes. */
  readonly maxReplyBytes: { readonly single: number; readonly bulk: number }
  readonly unhealthyAfterMs: number
}

/** Turns the vendor's data into values for the record's columns. */
export type MapData = (data: unknown, record: RecordRow) => Mapped

/** What a record held in columns that were read, as it is compared with what it holds when its values are written. */
export type PreconditionOf = (held: Readonly<Record<string, unknown>>) => Precondition

export type Mapped =
  | {
      readonly kind: 'values'
      readonly values: Readonly<Record<string, JsonValue>>
      /** What the record's request was made of; see FinishedItem. */
      readonly precondition?: Precondition | undefined
      /** The columns in which they differ from what the record held when it was read; nothing where nobody compared. */
      readonly changed?: readonly string[]
      /** Their values before and after; nothing where the config does not ask to keep them. */
      readonly kept?: KeptChanges
      readonly missing?: readonly string[]
    }
  | {
      readonly kind: 'unusable'
      readonly reason: string
      readonly invalid?: Invalid
      /** The paths of `update` that find nothing in the data, each with its column; nothing where all find something. */
      readonly missing?: readonly string[]
    }

/** Where data first failed what the config says that it must be. */
export interface Invalid {
  /** The option that says so. */
  readonly rule: string
  readonly path: string
  readonly problem: string
}

import type { KeptChanges } from '../../domain/changes.ts'
import type { Credits } from '../../domain/credits.ts'
import type { ItemEndState, OpenItem, Twin } from '../../domain/item.ts'
import type { ColumnValues, Precondition, RecordRow } from '../../domain/record.ts'
import type { KeptReply } from './kept-reply.ts'
import type { VendorRequest } from './vendor.ts'

/** What a finished call changes. */
export interface FinishedCall {
  readonly n: number
  readonly nonce: string
  /** `submitted` is no end: it has no items, and the vendor's job is all that is new. */
  readonly state: 'settled' | 'unknown' | 'released' | 'submitted'
  readonly reservation: Credits
  readonly cost: Credits
  /** What it would have cost more without twins. */
  readonly saved: Credits
  readonly status: number | null
  readonly openedAt: number
  /** Of an unknown call: why nobody knows what came of it. */
  readonly reason?: string | null
  /** When it left, epoch milliseconds; missing where it never did, or nobody knows. */
  readonly sentAt?: number
  /** The job that the vendor has taken the call as. */
  readonly vendorJob?: NamedJob
  /** What came back; only of a paid call, where the config says that such replies are kept. */
  readonly reply?: KeptReply
  readonly items: readonly FinishedItem[]
}

export interface FinishedItem extends OpenItem {
  /** Where it ends; null: it goes to the back, to be tried again. `refreshed` may still become `superseded` or `failed`. */
  readonly end: ItemEndState | null
  readonly reason: string | null
  /** New values; only with `refreshed`. */
  readonly values: ColumnValues | null
  /** What the record's request was made of: values are written only where the record holds that still. */
  readonly precondition?: Precondition | undefined
  /** The columns in which they differ from what the record held; nothing where nobody compared. */
  readonly changed?: readonly string[]
  /** Their values before and after, where the config asks to keep them. */
  readonly kept?: KeptChanges
  /** When to leave the record alone until, epoch milliseconds; null: no cool-down. */
  readonly coolDownUntil: number | null
  /** The vendor was asked for this record: it counts as tried. */
  readonly tried: boolean
  readonly paid: boolean
  /** The fingerprint of the request that was paid for; nothing where none is kept. */
  readonly paidFor?: string | null
  /** How its twins end; none unless the item does. */
  readonly twins: readonly FinishedTwin[]
}

export interface FinishedTwin
  extends Twin,
    Pick<FinishedItem, 'reason' | 'values' | 'precondition' | 'changed' | 'kept' | 'coolDownUntil'> {
  readonly end: ItemEndState
}

/** A call to be opened. It reserves what the records that it turns out to have can cost. */
export interface PlannedCall {
  /** Items that were tried before, and are due again. */
  readonly again: readonly OpenItem[]
  /** How many untried ones come after them, in the run's order. */
  readonly untried: number
}

export interface OpenedCall {
  readonly n: number
  /** Random: with the run and `n` it makes the call's id, its own for good. */
  readonly nonce: string
  readonly reservation: Credits
  readonly openedAt: number
  /** What its request is made of, where the database is to keep it; it stays there. */
  readonly madeOf?: string
  /** The columns of which the database keeps what its request is made of; without them: of all, or of none. */
  readonly keptColumns?: readonly string[]
  /** The vendor works on it: it is not sent again, but asked after. */
  readonly vendorJob?: VendorJob
  /**
   * It was sent before under its idempotency key, or may have been: it may have been charged then. The most that a reply
   * has said of it until now.
   */
  readonly earlier?: Credits
  /** One at least. */
  readonly items: readonly CallItem[]
}

/** A job of the vendor's, as the reply to its submission names it. */
export interface NamedJob {
  readonly id: string
  /** What that reply says that it has cost already; null: nothing. */
  readonly charge: Credits | null
}

/** A call as the vendor has taken it: a job of its own, whose results come later. */
export interface VendorJob extends NamedJob {
  /** When it was submitted, epoch milliseconds. */
  readonly since: number
  /** When this process submitted it, by the monotonic clock; known to that process alone. */
  readonly seenAt?: number
  /** Its results are there, and to be had with this request; known to this process alone. */
  readonly results?: VendorRequest
}

export interface CallItem {
  readonly item: OpenItem
  readonly row: RecordRow
  /** `row` is what its request was made of, and the record has been changed since: the result is not for it any more. */
  readonly changed?: boolean
  /** Records that get the item's result as well. */
  readonly twins: readonly CallTwin[]
  /** When it, or a twin of it, was last paid for; nothing where they were not, or nobody asked. */
  readonly paid?: readonly PaidRecord[]
}

/** A record was paid for: no later than `at` (epoch milliseconds), with the request of that fingerprint. */
export interface PaidRecord {
  readonly at: number
  readonly request: string
}

export interface CallTwin {
  readonly twin: Twin
  readonly row: RecordRow
}

/** An open call whose records, or some of them, are gone: it cannot be sent. */
export interface OrphanedCall extends Omit<OpenedCall, 'items'> {
  readonly items: readonly { readonly item: OpenItem; readonly twins: readonly { readonly twin: Twin }[] }[]
}

/** What stands open in a run that a process takes up. */
export interface Interrupted {
  /** In how many calls that a process died with each item was, by `seq`; only those of one at least. */
  readonly crashes: ReadonlyMap<number, number>
  /** Open calls of the process before, in order of opening. */
  readonly open: readonly OpenedCall[]
  readonly orphaned: readonly OrphanedCall[]
  /** Items at or below the cursor, not ended, without an open call. */
  readonly again: readonly OpenItem[]
}

/** Calls that were opened together, epoch milliseconds, and what they have cost. */
export interface OpenedCost {
  readonly openedAt: number
  readonly cost: Credits
}

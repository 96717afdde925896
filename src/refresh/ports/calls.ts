import type { CallState } from '../../domain/call/call.ts'
import type { Duplicate, ItemEndState, OpenItem } from '../../domain/call/item.ts'
import type { Credits } from '../../domain/credits/credits.ts'
import type { ColumnValues, RecordRow } from '../../domain/values/record.ts'
import type { KeptReply } from './kept-reply.ts'
import type { MappedValues, VendorRequest } from './vendor.ts'

/** A finished call, as the next checkpoint commits it. Instants are epoch milliseconds. */
export interface FinishedCall extends Pick<OpenedCall, 'n' | 'nonce' | 'leaseToken' | 'reservation' | 'openedAt'> {
  /** `submitted` does not end the call: it has no items, and records only the vendor's job. */
  readonly state: Exclude<CallState, 'open'>
  readonly cost: Credits
  /** What its duplicates would have cost in addition. */
  readonly saved: Credits
  readonly status: number | null
  /** Of an unknown call: why its outcome is unknown. */
  readonly reason?: string | null
  /** When it was sent, epoch milliseconds; missing if it was not, or if that is unknown. */
  readonly sentAt?: number
  readonly vendorJob?: NamedJob
  /** The reply to keep; only of a paid call, and if the config keeps replies. */
  readonly reply?: KeptReply
  readonly items: readonly FinishedItem[]
}

export interface FinishedItem extends OpenItem, Omit<MappedValues, 'values' | 'missing'> {
  /** Its end state; null: it is retried later. The commit may turn `refreshed` into `superseded` or `failed`. */
  readonly end: ItemEndState | null
  readonly reason: string | null
  /** New values; only with `refreshed`. */
  readonly values: ColumnValues | null
  /** End of the record's cool-down, epoch milliseconds; null: none. */
  readonly coolDownUntil: number | null
  /** The vendor was asked for this record, so it counts as tried. */
  readonly tried: boolean
  readonly paid: boolean
  /** The fingerprint of the request that was paid for; missing if none is kept. */
  readonly paidFor?: string | null
  /** How its duplicates end; empty unless the item ends. */
  readonly duplicates: readonly FinishedDuplicate[]
}

export interface FinishedDuplicate
  extends Duplicate,
    Pick<FinishedItem, 'reason' | 'values' | 'precondition' | 'changed' | 'kept' | 'coolDownUntil'> {
  readonly end: ItemEndState
}

/** A call to be opened. The checkpoint reserves what the records that it finds for the call can cost. */
export interface PlannedCall {
  /** See OpenedCall. */
  readonly nonce: string
  readonly again: readonly OpenItem[]
  /** How many untried items follow them, in the run's order. */
  readonly untried: number
}

export interface OpenedCall {
  readonly n: number
  /** Random; makes the call's id unique (see callId). */
  readonly nonce: string
  /** The lease under which it was opened or last sent; only of a call that an earlier process has left open. */
  readonly leaseToken?: number
  readonly reservation: Credits
  readonly openedAt: number
  /** What its request is made of, where the database stores it. */
  readonly madeOf?: string
  /** The columns that the database stores of what its request is made of; missing: all of them, or none. */
  readonly keptColumns?: readonly string[]
  /** The vendor works on it as a job: it is polled, not sent again. */
  readonly vendorJob?: VendorJob
  /** Set if it was, or may have been, charged before under its idempotency key: the largest charge reported so far. */
  readonly earlier?: Credits
  /** At least one. */
  readonly items: readonly CallItem[]
}

/** A job of the vendor, as named in the reply to its submission. */
export interface NamedJob {
  readonly id: string
  /** The charge reported in that reply; null: none. */
  readonly charge: Credits | null
}

/** A call that the vendor works on as a job: its results come later. */
export interface VendorJob extends NamedJob {
  /** When it was submitted, epoch milliseconds. */
  readonly since: number
  /** When this process submitted it, monotonic ms; in memory only. */
  readonly seenAt?: number
  /** The request for its results, once they are ready; in memory only. */
  readonly results?: VendorRequest
}

export interface CallItem {
  readonly item: OpenItem
  readonly row: RecordRow
  /** The record has changed since its request was made from `row`: the result no longer applies to it. */
  readonly changed?: boolean
  /** Duplicates, which get the item's result as well. */
  readonly duplicates: readonly CallDuplicate[]
  /** When it or a duplicate was last paid for; missing if never, or if not requested. */
  readonly paid?: readonly PaidRecord[]
}

/** A record was paid for, no later than `at` (epoch milliseconds), with the request of this fingerprint. */
export interface PaidRecord {
  readonly at: number
  readonly request: string
}

export interface CallDuplicate {
  readonly duplicate: Duplicate
  readonly row: RecordRow
}

/** An open call that cannot be sent, since some of its records are gone. */
export interface OrphanedCall extends Omit<OpenedCall, 'items'> {
  readonly items: readonly {
    readonly item: OpenItem
    readonly duplicates: readonly { readonly duplicate: Duplicate }[]
  }[]
}

/** What is open in a run that is being resumed. */
export interface Interrupted {
  /** By `seq`: in how many calls that were in flight when a process died the item was; at least 1. */
  readonly crashes: ReadonlyMap<number, number>
  /** Open calls of earlier processes, in the order of opening. */
  readonly open: readonly OpenedCall[]
  readonly orphaned: readonly OrphanedCall[]
  /** Items at or below the cursor that have neither ended nor an open call. */
  readonly again: readonly OpenItem[]
}

/** What calls opened at the same time (epoch milliseconds) have cost. */
export type OpenedCost = Pick<FinishedCall, 'openedAt' | 'cost'>

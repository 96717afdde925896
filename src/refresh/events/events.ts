import type { Deadline } from '../../domain/deadline.ts'
import type { ItemEndState } from '../../domain/item.ts'
import type { RunSummary } from '../../domain/run.ts'
import type { Exchange, VendorRequest } from '../ports/vendor.ts'
import type { ErrorCounts } from './error-counts.ts'

/** What a run tells while it goes on. */
export type RunEvent =
  /** The run has begun, or goes on. */
  | {
      readonly type: 'started'
      readonly runId: string
      readonly resumed: boolean
      readonly summary: RunSummary
      /** Epoch milliseconds. */
      readonly deadline: Deadline
    }
  /** An item has ended, and the checkpoint that says so has committed. */
  | { readonly type: 'item'; readonly key: string; readonly outcome: ItemEndState; readonly reason: string | null }
  /** A checkpoint has committed. */
  | {
      readonly type: 'progress'
      readonly summary: RunSummary
      readonly pace: PaceSnapshot
      /** What may be spent now: the balance less the reserve and what calls hold; null: no balance is known. */
      readonly spendable: number | null
      /** This process's calls that brought nothing of use, by what was wrong. */
      readonly errors: ErrorCounts
      /** While there are credits, the run selects more records when it is through with these. */
      readonly selectsMore: boolean
    }
  /** A person wants this of the run; null: no longer. `at` is ISO 8601. */
  | { readonly type: 'wish'; readonly wish: RunSummary['wish'] }
  /** The database takes no checkpoints: no new calls until it is back, after so long (ms). */
  | { readonly type: 'database-unreachable'; readonly reason: string }
  | { readonly type: 'database-back'; readonly unreachableMs: number }
  /** Someone else has spent so many credits from the account. */
  | { readonly type: 'outside'; readonly credits: number; readonly spendable: number | null }
  | { readonly type: 'ended'; readonly summary: RunSummary }

export interface PaceSnapshot {
  /** Calls allowed at once, and how many are in flight. */
  readonly concurrency: number
  /** Calls allowed a second; null: as fast as the concurrency lets them. */
  readonly perSecond: number | null
  /** Why the pace is what it is, in words. */
  readonly reason: string
  /** It is so for a moment only, to measure. */
  readonly passing?: boolean
  readonly inFlight: number
  /** Mean latency of late, ms. */
  readonly latencyMs: number
  /** Epoch milliseconds until which the vendor asked everyone to wait; 0: it did not. */
  readonly pausedUntil: number
}

export type Emit = (event: RunEvent) => void

/** Told of each call and each checkpoint as it happens, by whoever measures. Where nobody does, it costs nothing. */
export interface RunProbe {
  /** A call is back. `latencyMs`: null where it was never sent. */
  call(outcome: CallOutcome, latencyMs: number | null): void
  checkpoint(durationMs: number): void
  /** The vendor was asked about a call, and this came of it; `key`: its idempotency key, where it has one. */
  exchanged?(request: VendorRequest, key: string | null, exchange: Exchange): void
}

/** As the summary counts calls; 'ok' are those that it counts under nothing else. */
export type CallOutcome = 'ok' | 'throttled' | 'failed' | 'unknown'

import type { ItemEndState } from '../../domain/call/item.ts'
import type { Deadline } from '../../domain/cycle/deadline.ts'
import type { RunSummary } from '../../domain/run/run.ts'
import type { PaceReport } from '../ports/pace.ts'
import type { ErrorCounts } from './error-counts.ts'

/** The events of a run. */
export type RunEvent =
  /** The run has begun or been resumed. */
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
      /** Credits that may be spent now: the balance less the reserve and what calls hold; null: no balance is known. */
      readonly spendable: number | null
      /** This process's failed calls, by cause. */
      readonly errors: ErrorCounts
      /** The run selects more records after these, as long as there are credits. */
      readonly selectsMore: boolean
    }
  /** A control request was made, or withdrawn (null). `at` is ISO 8601. */
  | { readonly type: 'control-request'; readonly controlRequest: RunSummary['controlRequest'] }
  /** Checkpoints cannot be committed: no new calls until 'database-back', which says after how long, in ms. */
  | { readonly type: 'database-unreachable'; readonly reason: string }
  | { readonly type: 'database-back'; readonly unreachableMs: number }
  /** Someone else has spent credits from the account. */
  | { readonly type: 'outside'; readonly credits: number; readonly spendable: number | null }
  | { readonly type: 'ended'; readonly summary: RunSummary }

/** The pace allowed, and how the run uses it. */
export interface PaceSnapshot extends PaceReport {
  readonly inFlight: number
  /** Moving average of call latency, ms. */
  readonly latencyMs: number
  /** Until when the vendor asked us to wait, epoch ms; 0: it did not. */
  readonly pausedUntil: number
}

export type Emit = (event: RunEvent) => void

/** Receives each call and each checkpoint as it happens, for metrics. */
export interface RunProbe {
  /** A call has returned. `latencyMs`: null if it was never sent. */
  call(outcome: CallOutcome, latencyMs: number | null): void
  checkpoint(durationMs: number): void
}

/** As the summary counts calls; 'ok' is everything that it does not count otherwise. */
export type CallOutcome = 'ok' | 'throttled' | 'failed' | 'unknown'

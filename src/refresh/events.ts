import type { ItemEndState } from '../domain/item.ts'
import type { RunSummary } from '../domain/run.ts'

/** What a run tells while it goes on. */
export type RunEvent =
  /** The run has begun, or goes on. */
  | { readonly type: 'started'; readonly runId: string; readonly resumed: boolean; readonly summary: RunSummary }
  /** An item has ended, and the checkpoint that says so has committed. */
  | { readonly type: 'item'; readonly key: string; readonly outcome: ItemEndState; readonly reason: string | null }
  /** A checkpoint has committed. */
  | { readonly type: 'progress'; readonly summary: RunSummary; readonly pace: PaceSnapshot }
  | { readonly type: 'ended'; readonly summary: RunSummary }

export interface PaceSnapshot {
  /** Calls allowed at once, and how many are on the wire. */
  readonly concurrency: number
  /** Calls allowed a second; null: as fast as the concurrency lets them. */
  readonly perSecond: number | null
  /** Why the pace is what it is, in words. */
  readonly reason: string
  readonly onTheWire: number
  /** Mean latency of late, ms. */
  readonly latencyMs: number
  /** Epoch milliseconds until which the vendor asked everyone to wait; 0: it did not. */
  readonly pausedUntil: number
}

export type Emit = (event: RunEvent) => void

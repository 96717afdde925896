import type { RunStatus, StopReason } from '../domain/run.ts'

/** A run as the schedule looks back at it. Instants are epoch milliseconds. */
export interface PastRun {
  readonly id: string
  readonly job: string
  readonly status: RunStatus
  readonly stopReason: StopReason | null
  readonly detail: string | null
  readonly createdAt: number
  /** Null: it is at work, or its process is gone. */
  readonly endedAt: number | null
  /** The reset that ends its billing cycle. */
  readonly resetAt: number
  /** When the schedule had it due; null: a person started it. */
  readonly slot: number | null
  /** It took its time on purpose. */
  readonly steady: boolean
  /** What a person wants of it, in words; null: nothing. */
  readonly wish: string | null
  /** It is the whole job, not narrowed by flags. */
  readonly whole: boolean
  /** Records that it has tried, micro-credits that it has spent, and how long it was at work. */
  readonly tried: number
  readonly spent: number
  /** Micro-credits that it has left for others. */
  readonly reserve: number
  readonly activeMs: number
}

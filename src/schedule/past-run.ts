import type { RunStatus, StopReason } from '../domain/run/run.ts'

/** A past run, as the schedule needs it. Instants are epoch milliseconds. */
export interface PastRun {
  readonly id: string
  readonly job: string
  readonly status: RunStatus
  readonly stopReason: StopReason | null
  readonly detail: string | null
  readonly createdAt: number
  /** Null: it is running, or its process died. */
  readonly endedAt: number | null
  /** The reset that ends its billing cycle. */
  readonly resetAt: number
  /** When the schedule had it due; null: it was started by hand. */
  readonly slot: number | null
  /** It was slowed down on purpose (`pace: 'steady'`). */
  readonly steady: boolean
  /** Its control request, as a phrase; null: none. */
  readonly controlRequest: string | null
  /** It was for the whole job, not narrowed by flags. */
  readonly whole: boolean
  /** Records tried at a known cost, micro-credits spent, and (below) its active time. */
  readonly tried: number
  readonly spent: number
  /** Micro-credits that it left for others. */
  readonly reserve: number
  readonly activeMs: number
}

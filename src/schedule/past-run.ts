import type { Run } from '../domain/run/run.ts'

/** A past run, as the schedule needs it. Instants are epoch milliseconds, credits micro-credits. */
export interface PastRun
  extends Pick<Run, 'id' | 'job' | 'status' | 'stopReason' | 'detail' | 'createdAt' | 'endedAt' | 'activeMs'> {
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
  /** Records tried at a known cost. */
  readonly tried: number
  readonly spent: number
  /** What records that shared a call, or had not changed, did not cost; missing: nothing. */
  readonly saved?: number
  /** What it left for others. */
  readonly reserve: number
}

import type { LearnedPace } from '../../domain/run/kept-pace.ts'
import { type Baseline, EMPTY, type LatencyWindow } from './latency-window.ts'

/**
 * The concurrency limit, found from latencies. Instants are monotonic ms, durations ms.
 * - `ramp`: rising quickly from one call, until replies slow down;
 * - `cruise`: a call or two above what the vendor serves at once, to notice when it can serve more;
 * - `measure`: lowered for some calls, to measure the latency without load again;
 * - `doubt`: lowered because replies were slow; if they stay slow, our load was not the cause.
 */
export interface Load {
  readonly limit: number
  readonly ceiling: number
  readonly phase: 'ramp' | 'cruise' | 'measure' | 'doubt'
  /** Calls sent before this ran under another limit. */
  readonly since: number
  readonly seen: LatencyWindow
  /** Successes with unknown latency since the last complete window. */
  readonly unmeasured: number
  readonly baseline: Baseline | null
  /** In `measure` and `doubt`: the limit and the mean latency before them. In `ramp`, `back` is the target limit. */
  readonly back: number
  readonly before: number
  /** The next increase of the limit. */
  readonly step: number
  /** When the limit may grow again, and the wait after an increase that was too much. */
  readonly growAt: number
  readonly holdMs: number
  readonly measureAt: number
  readonly measuredAt: number
  /** The limit before the last increase, and when that was: trouble just after it was probably caused by it. */
  readonly proven: number
  readonly grewAt: number
  /** Above this many calls the vendor failed or refused; when one more is tried, and the waits before that. */
  readonly knee: number
  readonly kneeAt: number
  readonly kneeHoldMs: number
  readonly kneeStepMs: number
  /** Why the limit is what it is, and since when. */
  readonly reason: string
  readonly at: number
}

export const FIRST_HOLD_MS = 2_000
/** A latency learned by an earlier run counts for this many calls. */
const REMEMBERED_CALLS = 10
const FIRST_KNEE_HOLD_MS = 60_000

/** Starts with one call, or with half of what an earlier run learned, and ramps up. */
export function startLoad(ceiling: number, learned: LearnedPace | null): Load {
  const known = learned === null ? 1 : Math.min(ceiling, learned.concurrency)
  const limit = Math.max(1, Math.floor(known / 2))
  const baselineMs = learned?.baselineMs ?? null
  return {
    limit,
    ceiling,
    phase: 'ramp',
    since: Number.NEGATIVE_INFINITY,
    seen: EMPTY,
    unmeasured: 0,
    baseline: baselineMs === null ? null : { ms: baselineMs, n: REMEMBERED_CALLS },
    back: known > 1 ? known : ceiling,
    before: 0,
    step: 1,
    growAt: 0,
    holdMs: FIRST_HOLD_MS,
    measureAt: 0,
    measuredAt: Number.NEGATIVE_INFINITY,
    proven: 1,
    grewAt: Number.NEGATIVE_INFINITY,
    knee: Number.POSITIVE_INFINITY,
    kneeAt: 0,
    kneeHoldMs: FIRST_KNEE_HOLD_MS / 2,
    kneeStepMs: 0,
    reason: known > 1 ? `starts at ${limit}: the vendor handled ${known} before` : 'starts with one call at a time',
    at: 0,
  }
}

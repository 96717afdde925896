import type { LearnedPace } from '../domain/kept-pace.ts'
import { type Baseline, EMPTY, type LatencyWindow } from './latency-window.ts'

/**
 * How many calls at once: found from what they took. Instants and durations in ms; instants never go back.
 * - `ramp`: from one call up, quickly, until replies slow down;
 * - `cruise`: a call or two more than the vendor serves at once, so that it is always felt when it can do more;
 * - `measure`: for some calls below that, to see how quick the vendor is unloaded now;
 * - `doubt`: lowered since replies were slow; if they stay slow it was not our load.
 */
export interface Load {
  readonly limit: number
  readonly ceiling: number
  readonly phase: 'ramp' | 'cruise' | 'measure' | 'doubt'
  /** Calls sent before saw another limit. */
  readonly since: number
  readonly seen: LatencyWindow
  /** Successes that could not be measured, since the last window that could. */
  readonly unmeasured: number
  readonly baseline: Baseline | null
  /** In `measure` and `doubt`: the limit and the mean latency that they began with. In `ramp`: the limit to go to. */
  readonly back: number
  readonly before: number
  /** By how much the limit grows next. */
  readonly step: number
  /** Not before: to grow again, and how long it is left after a growth that was too much. */
  readonly growAt: number
  readonly holdMs: number
  readonly measureAt: number
  readonly measuredAt: number
  /** The limit before the last growth, and when that was: what comes just after it was probably its fault. */
  readonly proven: number
  readonly grewAt: number
  /** At more than so many calls the vendor fell over, or refused: when one more is tried, and how long that waits. */
  readonly knee: number
  readonly kneeAt: number
  readonly kneeHoldMs: number
  readonly kneeStepMs: number
  /** Why the limit is what it is, in words, and since when. */
  readonly reason: string
  readonly at: number
}

export const FIRST_HOLD_MS = 2_000
/** A remembered latency counts for no more than so many calls. */
const REMEMBERED_CALLS = 10
export const FIRST_KNEE_HOLD_MS = 60_000

/** Up from one call; or from half of what an earlier run found, quickly up to it. */
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
    reason: known > 1 ? `begins at ${limit}: ${known} were borne before` : 'begins with one call at a time',
    at: 0,
  }
}

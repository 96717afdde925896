import type { Spread } from '../refresh/ports/pace.ts'

/** The vendor's known performance. */
export interface Shown {
  /** Calls per second that it can sustain as far as known; null: not known. */
  readonly borne: number | null
  /** The recent share of time lost to outages and pauses (moving average). */
  readonly lost: number
}

/** The slowest rate (calls per second) that finishes in time; null: as fast as the vendor allows. */
export interface Steady {
  readonly perSecond: number | null
  readonly why: 'enough' | 'late' | 'unknown'
}

/** Time reserved for an unexpected outage, and its largest share of the run's total time. */
const OUTAGE_MS = 3_600_000
const OUTAGE_SHARE = 0.25
/** Further reserve, as a share of the time left, if nothing is uncertain. */
const MARGIN = 0.1
/** The largest such reserve; it grows with the uncertainty about costs and with lost time. */
const MOST_MARGIN = 0.5
/** Calls are spread only below this share of what the vendor can sustain, to leave time for problems. */
const COMFORT = 0.7
/** Once late, the run stays late until below this share, so that the pace does not oscillate. */
const COMFORT_AGAIN = 0.5

/**
 * The slowest pace that still makes the calls in time; recalculated as the work progresses. Slightly faster at first than
 * necessary, since delayed work cannot be made up for after the deadline. Pure.
 */
export function steady(
  { calls, mostCalls, leftMs, wholeMs }: Spread,
  { borne, lost }: Shown,
  wasLate: boolean,
): Steady {
  if (borne === null) return { perSecond: null, why: 'unknown' }
  if (calls <= 0) return { perSecond: wasLate ? null : borne, why: 'enough' }
  const doubt = mostCalls > 0 ? 1 - calls / mostCalls : 0
  const margin = Math.min(MOST_MARGIN, MARGIN + Math.max(0, doubt) + lost)
  const usableMs = leftMs * (1 - margin) - Math.min(OUTAGE_MS, wholeMs * OUTAGE_SHARE)
  const perSecond = (calls * 1_000) / Math.max(1, usableMs)
  const late = perSecond > borne * (wasLate ? COMFORT_AGAIN : COMFORT)
  return late ? { perSecond: null, why: 'late' } : { perSecond, why: 'enough' }
}

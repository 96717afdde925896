import type { Spread } from '../refresh/ports/pace.ts'

/** What the vendor has shown. */
export interface Shown {
  /** Calls a second that it is known to bear; null: nothing is known. */
  readonly borne: number | null
  /** The share of the time of late in which nothing went through: outages, pauses. */
  readonly lost: number
}

/** The gentlest rate that is in time; null: as fast as the vendor bears. */
export interface Steady {
  readonly perSecond: number | null
  readonly why: 'enough' | 'late' | 'unknown'
}

/** Time kept back for an outage that nobody expects: so long, but no more than this share of the whole. */
const OUTAGE_MS = 3_600_000
const OUTAGE_SHARE = 0.25
/** Time kept back beside it, as a share of what is left, where nothing is uncertain. */
const MARGIN = 0.1
/** The larger the doubt about what calls cost, and the less reliable the vendor, the more; but never more than this. */
const MOST_MARGIN = 0.5
/** Spreading calls is worth it only well below what the vendor bears: else there is no time to make up for a mishap. */
const COMFORT = 0.7
/** Late is late until there is some more room than that: the pace does not go to and fro. */
const COMFORT_AGAIN = 0.5

/**
 * The gentlest pace that still makes the calls in time. Pure; asked again and again as the work goes on. It is a little
 * faster at first than the time alone asks for, since what is put off cannot be made up for after the deadline.
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

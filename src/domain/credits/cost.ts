import { type Credits, fits, minus, most, NO_CREDITS, plus, times } from './credits.ts'

/** How the vendor charges: per call, per record asked for, per record found, or per record found that has changed since. */
export interface CostTerms {
  readonly per: 'call' | 'record' | 'match' | 'change'
  /** The most that one call, record or match costs. */
  readonly credits: Credits
  /** The minimum charge of a call for which the vendor looked anything up; zero without such a rule. */
  readonly minimum: Credits
}

/** The most that a call for `records` records can cost: its reservation. */
export function mostOf({ per, credits, minimum }: CostTerms, records: number): Credits {
  return most(minimum, per === 'call' ? credits : times(credits, records))
}

/** How many records one call can carry within `credits`, at most `atMost`. */
export function recordsWithin(terms: CostTerms, credits: Credits, atMost: number): number {
  if (credits < mostOf(terms, 1)) return 0
  return terms.per === 'call' ? atMost : Math.min(atMost, fits(credits, terms.credits))
}

/** How many records `credits` pay for if all are found, in calls of `perCall` records. */
export function affordableRecords(terms: CostTerms, credits: Credits, perCall: number): number {
  const full = mostOf(terms, perCall)
  const calls = fits(credits, full)
  return calls * perCall + recordsWithin(terms, minus(credits, times(full, calls)), perCall)
}

/** The most that `records` records can cost, in calls of `perCall` records. */
export function mostOfAll(terms: CostTerms, records: number, perCall: number): Credits {
  const remainder = records % perCall
  const last = remainder === 0 ? NO_CREDITS : mostOf(terms, remainder)
  return plus(times(mostOf(terms, perCall), Math.floor(records / perCall)), last)
}

/** What the vendor did for the records of a call. */
export interface Served {
  /** Records that it looked up: found, not found, or with an unreadable answer. */
  readonly asked: number
  /** Those of them that were found or have an unreadable answer. */
  readonly matched: number
  /** It worked on the call, even if it refused every record. */
  readonly worked?: boolean
  /** The total price of the charged records, if prices differ. */
  readonly priced?: Credits
}

/**
 * The cost of a call if the vendor does not report it. A miss is free if matches are charged; an unreadable answer counts
 * as charged, and so does a record of which nobody knows whether it has changed; a refused record (throttled, bad input,
 * no credits left) is free.
 */
export function costOf(terms: CostTerms, { asked, matched, worked, priced }: Served): Credits {
  if (asked === 0 && worked !== true) return NO_CREDITS
  if (terms.per === 'call') return most(terms.minimum, terms.credits)
  return most(terms.minimum, priced ?? times(terms.credits, terms.per === 'record' ? asked : matched))
}

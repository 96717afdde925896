import { type Credits, fits, minus, most, NO_CREDITS, plus, times } from './credits.ts'

/** How the vendor charges: for a call, for each record asked for, or for each record found. */
export interface CostTerms {
  readonly per: 'call' | 'record' | 'match'
  /** The most that one call, record or match costs. */
  readonly credits: Credits
  /** The least that a call costs for which the vendor has looked anything up; nothing where there is no such rule. */
  readonly minimum: Credits
}

/** The most that a call for so many records can cost: its reservation. */
export function mostOf({ per, credits, minimum }: CostTerms, records: number): Credits {
  return most(minimum, per === 'call' ? credits : times(credits, records))
}

/** How many records one call may ask for within so many credits; `atMost` of them. */
export function recordsWithin(terms: CostTerms, credits: Credits, atMost: number): number {
  if (credits < mostOf(terms, 1)) return 0
  return terms.per === 'call' ? atMost : Math.min(atMost, fits(credits, terms.credits))
}

/** How many records so many credits pay for, all of them found, in calls of `perCall` records. */
export function affordableRecords(terms: CostTerms, credits: Credits, perCall: number): number {
  const full = mostOf(terms, perCall)
  const calls = fits(credits, full)
  return calls * perCall + recordsWithin(terms, minus(credits, times(full, calls)), perCall)
}

/** The most that so many records can cost, in calls of `perCall` records. */
export function mostOfAll(terms: CostTerms, records: number, perCall: number): Credits {
  const rest = records % perCall
  const last = rest === 0 ? NO_CREDITS : mostOf(terms, rest)
  return plus(times(mostOf(terms, perCall), Math.floor(records / perCall)), last)
}

/** What the vendor did for the records of a call. */
export interface Served {
  /** Records that it looked up: found, not found, or answered in a way that cannot be read. */
  readonly asked: number
  /** Those of them that were found, or that cannot be read. */
  readonly matched: number
  /** It worked on the call, also if it refused each of its records. */
  readonly worked?: boolean
  /** What the charged ones cost together, where they do not all cost the same. */
  readonly priced?: Credits
}

/**
 * What a call costs where the vendor does not say. A miss is free where matches are charged; what cannot be read was
 * paid for; a record that was refused (throttled, bad input, no credits left) costs nothing.
 */
export function costOf(terms: CostTerms, { asked, matched, worked, priced }: Served): Credits {
  if (asked === 0 && worked !== true) return NO_CREDITS
  if (terms.per === 'call') return most(terms.minimum, terms.credits)
  return most(terms.minimum, priced ?? times(terms.credits, terms.per === 'record' ? asked : matched))
}

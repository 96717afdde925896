import { type Credits, fits, NO_CREDITS, times } from './credits.ts'

/** How the vendor charges: for a call, for each record asked for, or for each record found. */
export interface CostTerms {
  readonly per: 'call' | 'record' | 'match'
  readonly credits: Credits
}

/** The most that a call for so many records can cost: its reservation. */
export function mostOf(terms: CostTerms, records: number): Credits {
  return terms.per === 'call' ? terms.credits : times(terms.credits, records)
}

/** How many records one call may ask for within so many credits; `most` of them at most. */
export function recordsWithin(terms: CostTerms, credits: Credits, most: number): number {
  const affordable = fits(credits, terms.credits)
  return terms.per === 'call' && affordable > 0 ? most : Math.min(most, affordable)
}

/** How many records so many credits pay for, all of them found, in calls of `perCall` records. */
export function reachOf(terms: CostTerms, credits: Credits, perCall: number): number {
  return fits(credits, terms.credits) * (terms.per === 'call' ? perCall : 1)
}

/** The most that so many records can cost, in calls of `perCall` records. */
export function mostOfAll(terms: CostTerms, records: number, perCall: number): Credits {
  return times(terms.credits, terms.per === 'call' ? Math.ceil(records / perCall) : records)
}

/** What the vendor did for the records of a call. */
export interface Served {
  /** Records that it looked up: found, not found, or answered in a way that cannot be read. */
  readonly asked: number
  /** Those of them that were found, or that cannot be read. */
  readonly matched: number
}

/**
 * What a call costs where the vendor does not say. A miss is free where matches are charged; what cannot be read was
 * paid for; a record that was refused (throttled, bad input, no credits left) costs nothing.
 */
export function costOf(terms: CostTerms, { asked, matched }: Served): Credits {
  if (terms.per === 'call') return asked > 0 ? terms.credits : NO_CREDITS
  return times(terms.credits, terms.per === 'record' ? asked : matched)
}

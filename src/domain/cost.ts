import { type Credits, NO_CREDITS, times } from './credits.ts'
import type { OutcomeKind } from './outcome.ts'

/** How the vendor charges: for a call, for each record asked for, or for each record found. */
export interface CostTerms {
  readonly per: 'call' | 'record' | 'match'
  readonly credits: Credits
}

/** The most that a call for so many records can cost: its reservation. */
export function mostOf(terms: CostTerms, records: number): Credits {
  return terms.per === 'call' ? terms.credits : times(terms.credits, records)
}

/**
 * What a call for one record costs where the vendor does not say. A miss is free where matches are charged;
 * a reply that cannot be read was paid for (`unreadable`); a refusal (throttled, refused, failed) costs nothing.
 */
export function costOf(terms: CostTerms, outcome: OutcomeKind, unreadable: boolean): Credits {
  if (outcome === 'fresh' || unreadable) return terms.credits
  if (outcome === 'not-found') return terms.per === 'match' ? NO_CREDITS : terms.credits
  return NO_CREDITS
}

import { type CostTerms, costOf } from '../../domain/cost.ts'
import { type Credits, most, NO_CREDITS, parseCredits, plus } from '../../domain/credits.ts'
import type { Outcome } from '../../domain/outcome.ts'
import type { CallItem } from '../ports/calls.ts'
import type { VendorRules } from '../ports/vendor.ts'
import type { Interpretation } from './interpret.ts'

/** What a call brought for one record, as far as its price goes. */
export interface PricedPart {
  readonly outcome: Outcome
  readonly unreadable: boolean
  /** What the reply has for the record. */
  readonly data?: unknown
}

type Prices = Pick<VendorRules, 'cost' | 'price'>

/** What is known of a call beside its reply. */
export interface PricedCall {
  /** Which of its records the vendor does not charge for again: the call costs what the others cost. */
  readonly free?: readonly boolean[]
  /** See OpenedCall. */
  readonly earlier?: Credits | undefined
}

/**
 * What a call cost, however often it was sent: as the vendor says, otherwise by the terms; nothing yet where nobody can
 * know. Of a call that was sent more than once the last reply need not say all: the largest of these counts.
 */
export function costOfCall(
  { outcome, charge }: Pick<Interpretation, 'outcome' | 'charge'>,
  parts: readonly PricedPart[],
  items: readonly CallItem[],
  rules: Prices,
  { free = [], earlier }: PricedCall = {},
): Credits {
  if (outcome.kind === 'unknown') return NO_CREDITS
  if (charge !== null && earlier === undefined) return charge
  const others = <T>(list: readonly T[]) => (free.includes(true) ? list.filter((_, at) => free[at] !== true) : list)
  return most(
    charge ?? NO_CREDITS,
    earlier ?? NO_CREDITS,
    costByTerms({ outcome }, others(parts), others(items), rules),
  )
}

function costByTerms(
  reading: Pick<Interpretation, 'outcome'>,
  parts: readonly PricedPart[],
  items: readonly CallItem[],
  rules: Prices,
): Credits {
  const served = {
    asked: count(parts, isAsked),
    matched: count(parts, isMatched),
    worked: reading.outcome.kind === 'fresh' && parts.some(isWork),
  }
  if (rules.price === null) return costOf(rules.cost, served)
  const prices = parts.map((part, at) =>
    isCharged(part, rules.cost) ? priceOf(part, (items[at] as CallItem).row, rules) : NO_CREDITS,
  )
  return costOf(rules.cost, { ...served, priced: plus(NO_CREDITS, ...prices) })
}

/** The terms charge for this record. */
export function isCharged(part: PricedPart, { per }: CostTerms): boolean {
  return per === 'match' ? isMatched(part) : isAsked(part)
}

/** What one record costs; the most that it can where nobody knows. */
function priceOf(part: PricedPart, row: CallItem['row'], { price, cost }: Prices): Credits {
  if (part.unreadable) return cost.credits
  try {
    const credits = parseCredits(price?.(row, part.data))
    return credits === null || credits < 0 ? cost.credits : credits
  } catch {
    return cost.credits
  }
}

function isMatched({ outcome, unreadable }: PricedPart): boolean {
  return outcome.kind === 'fresh' || unreadable
}

function isAsked(part: PricedPart): boolean {
  return part.outcome.kind === 'not-found' || isMatched(part)
}

/** The vendor did something for it, if only to say that it will not do. */
function isWork({ outcome: { kind } }: PricedPart): boolean {
  return kind !== 'throttled' && kind !== 'credits-exhausted' && kind !== 'credentials-refused'
}

function count(parts: readonly PricedPart[], is: (part: PricedPart) => boolean): number {
  let n = 0
  for (const part of parts) if (is(part)) n += 1
  return n
}

import type { Outcome } from '../../domain/call/outcome.ts'
import { type CostTerms, costOf } from '../../domain/credits/cost.ts'
import { type Credits, minus, most, NO_CREDITS, parseCredits, plus } from '../../domain/credits/credits.ts'
import type { CallItem } from '../ports/calls.ts'
import type { Mapped, VendorRules } from '../ports/vendor.ts'
import type { Interpretation } from './interpret.ts'

/** The parts of a record's result that determine its price. */
export interface PricedPart {
  readonly outcome: Outcome
  readonly unreadable: boolean
  /** The vendor has looked it up, whatever came of it: it costs what a miss does, at least. */
  readonly lookedUp?: true
  /** The record's data in the reply. */
  readonly data?: unknown
}

type Prices = Pick<VendorRules, 'cost' | 'price'>

/** What is known of a call in addition to its reply. */
export interface PricedCall {
  /** By position: records that the vendor does not charge for again. */
  readonly free?: readonly boolean[]
  /** See OpenedCall.earlier. */
  readonly earlier?: Credits | undefined
}

/**
 * The cost of a call: as reported by the vendor, otherwise by the configured terms; zero while unknown. For a call that
 * was sent more than once, the last reply may not include the first charge, so the largest of the figures counts.
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

const MISS: PricedPart = { outcome: { kind: 'not-found', reason: '' }, unreadable: false }

/** The part of a call's `cost` that the vendor may not have charged: results that could not be read may have been misses. */
export function misreadOf(
  cost: Credits,
  reading: Pick<Interpretation, 'outcome' | 'charge'>,
  parts: readonly (PricedPart & { readonly mapped: Mapped | null })[],
  items: readonly CallItem[],
  rules: Prices,
  known: PricedCall,
): Credits {
  const isMisread = ({ unreadable, mapped }: (typeof parts)[number]) => unreadable || mapped?.kind === 'unusable'
  if (!parts.some(isMisread)) return NO_CREDITS
  const misses = parts.map((part) => (isMisread(part) ? MISS : part))
  return minus(cost, costOfCall(reading, misses, items, rules, known))
}

/** What the vendor left uncharged because records have not changed: what they would have cost otherwise. */
export function sparedOf(
  { outcome, charge }: Pick<Interpretation, 'outcome' | 'charge'>,
  parts: readonly PricedPart[],
  items: readonly CallItem[],
  rules: Prices,
): Credits {
  if (rules.cost.per !== 'change' || charge === null) return NO_CREDITS
  return most(minus(costByTerms({ outcome }, parts, items, rules), charge), NO_CREDITS)
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

/** True if the terms charge for this record. */
export function isCharged(part: PricedPart, { per }: CostTerms): boolean {
  return per === 'match' || per === 'change' ? isMatched(part) : isAsked(part)
}

/** The price of one record; the highest possible if it cannot be determined. */
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
  return part.outcome.kind === 'not-found' || part.lookedUp === true || isMatched(part)
}

/** The vendor did some work for it, even if only to refuse the record. */
function isWork({ outcome: { kind } }: PricedPart): boolean {
  return kind !== 'throttled' && kind !== 'credits-exhausted' && kind !== 'credentials-refused'
}

function count(parts: readonly PricedPart[], is: (part: PricedPart) => boolean): number {
  let n = 0
  for (const part of parts) if (is(part)) n += 1
  return n
}

import type { Ledger } from '../../domain/books/ledger.ts'
import { available, wantsMore } from '../../domain/books/may-open.ts'
import { type Credits, least, minus, most, NO_CREDITS } from '../../domain/credits/credits.ts'
import type { Clock } from '../../domain/time/clock.ts'
import type { VendorRules } from '../ports/vendor.ts'

export interface AllowanceParts {
  readonly ledger: Ledger
  readonly rules: Pick<VendorRules, 'balance' | 'remaining'>
  readonly clock: Clock
  readonly books: { readonly resolvableAt: number }
  /** When the vendor has certainly processed every unknown call of other runs, monotonic ms. */
  readonly elsewhereResolvableAt: number
  /** The most that a call for one record can cost: the smallest reservation. */
  readonly minCallCost: Credits
}

export function forNewCalls(parts: AllowanceParts): Credits {
  return minus(available(parts.ledger, parts.minCallCost), heldBack(parts))
}

/** Credits that the run may still spend, including those reserved for open calls. */
export function creditsLeft({ ledger, minCallCost }: Pick<AllowanceParts, 'ledger' | 'minCallCost'>): Credits {
  const open = minus(ledger.held, ledger.unknown)
  const left = ledger.budgetLeft
  if (left === null) return most(minCallCost, open)
  const { spendable } = ledger
  const free = spendable === null ? left : least(left, spendable)
  return (free + open) as Credits
}

/**
 * Where balances come only in replies, credits for one call are held back until the vendor has certainly processed the
 * unknown calls: the balance in that last call's reply then shows what they cost.
 */
export function heldBack(parts: AllowanceParts): Credits {
  const { ledger, rules, clock, minCallCost } = parts
  if (rules.balance !== null || rules.remaining === null || ledger.expected === null) return NO_CREDITS
  return waitsForUnknown(ledger) && clock.monotonic() < resolvableAt(parts) ? minCallCost : NO_CREDITS
}

/** The run waits for unknown calls of other runs only if it could spend the credits that they turn out not to have cost. */
export function waitsForUnknown(ledger: Ledger): boolean {
  return ledger.unknown > 0 || (ledger.unsettled > 0 && wantsMore(ledger))
}

/** When the vendor has certainly processed every unknown call that a balance could settle, monotonic ms. */
export function resolvableAt({ ledger, books, elsewhereResolvableAt }: AllowanceParts): number {
  return ledger.unsettled > ledger.unknown ? Math.max(books.resolvableAt, elsewhereResolvableAt) : books.resolvableAt
}

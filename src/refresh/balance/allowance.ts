import type { Ledger } from '../../domain/books/ledger.ts'
import { available, leftToAsk, wantsMore } from '../../domain/books/may-open.ts'
import { type Credits, least, minus, NO_CREDITS } from '../../domain/credits/credits.ts'
import type { ActiveRun } from '../active-run.ts'

/** Credits that new calls may reserve at the instant `now`, monotonic ms. */
export function forNewCalls(run: ActiveRun, now: number): Credits {
  const { ledger, minCallCost, rules, othersFirst } = run
  const credits = asksForUnknown(run, now) ? minCallCost : minus(available(ledger, minCallCost), heldBack(run, now))
  if (!othersFirst.isDue) return credits
  // A single call brings the balance that only replies tell: one at once, and one whose reply tells what they have cost.
  const isTold = now < resolvableAt(run) ? ledger.belief.exact !== null : toldExactly(run) !== null
  return rules.balance === null && ledger.open === 0 && !isTold ? least(credits, minCallCost) : NO_CREDITS
}

/**
 * The balance in the last reply, if nothing else was in flight then, and the vendor had certainly processed every unknown
 * call before it: it shows what these have cost. Null: it does not.
 */
export function toldExactly(run: ActiveRun): Credits | null {
  return run.books.toldFrom >= resolvableAt(run) ? run.ledger.belief.exact : null
}

/** True if the next call goes alone to ask what unknown calls have cost, though those may have cost what it does. */
export function asksForUnknown(run: ActiveRun, now: number): boolean {
  const { ledger, rules, calls, minCallCost } = run
  const left = leftToAsk(ledger)
  if (rules.balance !== null || left === null || left < minCallCost || calls.total > 0) return false
  return now >= resolvableAt(run) && available(ledger, minCallCost) < minCallCost
}

/**
 * Where balances come only in replies, credits for one call are held back until the vendor has certainly processed the
 * unknown calls: the balance in that last call's reply then shows what they cost.
 */
function heldBack(run: ActiveRun, now: number): Credits {
  const { ledger, rules, minCallCost } = run
  if (rules.balance !== null || rules.remaining === null || ledger.expected === null) return NO_CREDITS
  return waitsForUnknown(ledger) && now < resolvableAt(run) ? minCallCost : NO_CREDITS
}

/** The run waits for unknown calls of other runs only if it could spend the credits that they turn out not to have cost. */
export function waitsForUnknown(ledger: Ledger): boolean {
  return ledger.unknown > 0 || (ledger.unsettled > 0 && wantsMore(ledger))
}

/** When the vendor has certainly processed every unknown call that a balance could settle, monotonic ms. */
export function resolvableAt({ ledger, books, elsewhereResolvableAt }: ActiveRun): number {
  return ledger.unsettled > ledger.unknown ? Math.max(books.resolvableAt, elsewhereResolvableAt) : books.resolvableAt
}

import type { Check, Evidence, Violation } from '../play/evidence.ts'
import { dataOfTheAddress, nothingTooLarge, othersDataKept, rowsAsItemsSay } from './all-or-nothing.ts'
import { booksAreTheBill, nothingStaysReserved } from './books-and-bill.ts'
import { comesToAnEnd, endsAsContracted, finishes } from './finishes.ts'
import { balanceAskedSparingly, concurrencyKept, overtakenIsSilent, rateKept, retryAfterKept } from './gentle.ts'
import { nothingLeft } from './nothing-left.ts'
import { reserveKept, withinBudget } from './overspent.ts'
import { keysNotReused, paidOnce } from './paid-once.ts'

const CHECKS: readonly Check[] = [
  withinBudget,
  reserveKept,
  nothingLeft,
  nothingStaysReserved,
  paidOnce,
  keysNotReused,
  rowsAsItemsSay,
  othersDataKept,
  dataOfTheAddress,
  nothingTooLarge,
  concurrencyKept,
  rateKept,
  retryAfterKept,
  balanceAskedSparingly,
  overtakenIsSilent,
  endsAsContracted,
  comesToAnEnd,
  finishes,
  booksAreTheBill,
]

/** Everything that does not hold. */
export function judge(evidence: Evidence): Violation[] {
  return CHECKS.flatMap((check) => check(evidence))
}

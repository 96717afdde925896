import { type Credits, least, MOST_CREDITS, minus, most, NO_CREDITS, plus } from '../credits/credits.ts'
import type { Ledger } from './ledger.ts'

// What a run may open and send by its books. `each`: the most that a call for one record can cost.

/** Credits that may be reserved for new calls that can cost `each`. */
export function available(ledger: Ledger, each: Credits): Credits {
  const { budgetLeft, spendable, expected, open, reserve, trust, watched } = ledger
  const known = least(budgetLeft ?? MOST_CREDITS, spendable ?? MOST_CREDITS)
  if (trust.unseen) return open === 0 && !keepsOff(ledger, each) ? most(least(known, each), NO_CREDITS) : NO_CREDITS
  // There is a reserve, but no balance by which to keep it.
  const isBlind = expected === null && watched === 'replies' && reserve > 0
  if (budgetLeft === null || isBlind) return NO_CREDITS
  return most(least(known, spendable === null ? MOST_CREDITS : trust.until(each, open)), NO_CREDITS)
}

/** Credits that the run may still spend, including those reserved for open calls. */
export function creditsLeft({ budgetLeft, spendable, open }: Ledger, each: Credits): Credits {
  if (budgetLeft === null) return most(each, open)
  return plus(spendable === null ? budgetLeft : least(budgetLeft, spendable), open)
}

/** This process knows no balance, and according to the last one of an earlier process a call would break the reserve. */
export function keepsOff({ expected, lastKnown, reserve, open, doubtful }: Ledger, each: Credits): boolean {
  if (expected !== null || lastKnown === null || reserve === 0) return false
  return minus(lastKnown, reserve, open, doubtful) < each
}

/** True if open calls may still be sent: others may have spent since their reservations were committed. */
export function maySend({ spendable, budgetLeft }: Ledger): boolean {
  return (spendable === null || spendable >= 0) && (budgetLeft === null || budgetLeft >= 0)
}

/**
 * True if one of them may be sent again although not all of them may: nothing else is in flight, and the vendor has processed
 * what was. Its reply tells what the next may cost.
 */
export function mayResendAlone(ledger: Ledger, reservation: Credits): boolean {
  const { leftByReplies, budgetLeft } = ledger
  return leftByReplies !== null && leftByReplies >= reservation && (budgetLeft === null || budgetLeft >= 0)
}

/**
 * What a call may cost whose reply is to show what unknown calls have cost, once the vendor has processed them: there is no
 * reserve that it could break, and where they were charged after the last balance in a reply, the vendor refuses it. Null:
 * no such call is wanted.
 */
export function leftToAsk(ledger: Ledger): Credits | null {
  const { trust, reserve, leftByReplies, staysElsewhere, unsettled, open, budgetLeft } = ledger
  if (!trust.unseen || reserve > 0 || leftByReplies === null || unsettled === 0) return null
  return least(budgetLeft ?? MOST_CREDITS, minus(leftByReplies, staysElsewhere, open))
}

/** True if they may not be sent by a balance that was perhaps too low. */
export function maySendAfterAll(ledger: Ledger): boolean {
  const { spendableByBooks, belief } = ledger
  if (maySend(ledger) || spendableByBooks === null) return false
  return belief.doubted > 0 && plus(spendableByBooks, belief.doubted) >= 0
}

/** True if the run lacks just what interrupted runs hold for their open calls. */
export function isHeldElsewhere(ledger: Ledger, each: Credits): boolean {
  const { spendable, lastKnown, reserve, open, doubtful, staysElsewhere } = ledger
  if (lastKnown === null) return false
  const own = spendable ?? minus(lastKnown, reserve, open, doubtful)
  return own < each && plus(own, staysElsewhere) >= each
}

/** True if the run could open more calls with a fresh balance. */
export function awaitsReport({ spendable, budgetLeft, trust, open }: Ledger, each: Credits): boolean {
  if (spendable === null || budgetLeft === null) return false
  return spendable >= each && budgetLeft >= each && trust.until(each, open) < each
}

/** True if a fresh balance is wanted soon: a quarter of what the last one showed is spent. */
export function wantsReport({ watched, spendable, trust, open }: Ledger): boolean {
  const left = spendable === null ? NO_CREDITS : plus(spendable, open)
  return watched === 'endpoint' && left > 0 && trust.left * 3 <= left
}

/** The run could open calls of cost `each` if the last balance was too low: worth requesting it again. */
export function mayHaveMore({ spendable, spendableByBooks, budgetLeft, belief }: Ledger, each: Credits): boolean {
  if (spendable === null || spendableByBooks === null || budgetLeft === null || spendable >= each) return false
  return budgetLeft >= each && plus(spendableByBooks, belief.doubted) >= each
}

/** The account limits the run, not its budget: it could spend what other runs' calls turn out not to have cost. */
export function wantsMore({ grows, budgetLeft, spendable }: Ledger): boolean {
  return grows || budgetLeft === null || spendable === null || budgetLeft > spendable
}

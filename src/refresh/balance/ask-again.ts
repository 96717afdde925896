import { maySendAfterAll } from '../../domain/books/may-open.ts'
import type { ActiveRun } from '../active-run.ts'

/** Calls that wait to be sent again may be so after all: the balance that forbids it is asked for once more. */
export function keepsResends({ rules, ledger, calls, looks, clock }: ActiveRun): boolean {
  if (rules.balance === null || calls.resends === 0 || calls.inFlight > 0) return false
  return maySendAfterAll(ledger) && looks.waitMs(clock.monotonic(), calls.sentEver) !== null
}

/** Requests a fresh balance as soon as allowed: the run needs one before it may open more calls. */
export async function askForBalance({ account, clock, changes }: ActiveRun): Promise<void> {
  const waitMs = account.notBefore - clock.monotonic()
  if (waitMs > 0) await changes.wait(waitMs)
  else await account.ask()
}

/**
 * Reads the balance for the proof of what the first calls have cost. Calls that became unknown may have cost anything.
 * Resolves to true where there is a warning to keep.
 */
export async function proveCost({ account, ledger, costProof, clock, warnings }: ActiveRun): Promise<boolean> {
  const isRead = await account.ask()
  const { exact } = ledger.belief
  const isClear = isRead && exact !== null && ledger.doubtful === 0
  costProof.looked(isClear ? { balance: exact, spent: ledger.spent, at: clock.monotonic() } : null)
  if (costProof.doubt !== null) warnings.add(costProof.doubt)
  return costProof.doubt !== null
}

/** Requests the balance again when due, since the last one may have been too low. */
export async function askOnceMore({ account, ledger, looks, calls, clock, changes }: ActiveRun): Promise<void> {
  const dueInMs = looks.waitMs(clock.monotonic(), calls.sentEver) ?? 0
  const waitMs = Math.max(dueInMs, Math.max(account.notBefore, account.decidesAt) - clock.monotonic())
  if (waitMs > 0) return changes.wait(waitMs)
  const isRead = await account.ask()
  const showed = ledger.belief.contradicted ? 'contradicts' : 'enough'
  looks.took(clock.monotonic(), isRead ? showed : 'nothing')
}

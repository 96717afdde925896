import { maySend } from '../../domain/books/may-open.ts'
import { NO_CREDITS } from '../../domain/credits/credits.ts'
import type { ActiveRun } from '../active-run.ts'

/** Checks a "no credits left" reply against the balance, once nothing is in flight: stops the run, or overrules the reply. */
export async function weighRefusal(run: ActiveRun): Promise<void> {
  const { refusals, account, changes, ledger, clock, minCallCost, calls, stop } = run
  const { detail, dueAt } = refusals.weighed as { detail: string; dueAt: number }
  const waitMs = Math.max(dueAt, account.notBefore) - clock.monotonic()
  if (waitMs > 0 && !refusals.tooMany) return changes.wait(waitMs)
  const isRead = !refusals.tooMany && (await account.ask())
  const isPlenty = isRead && (calls.total > 0 ? maySend(ledger) : (ledger.spendable ?? NO_CREDITS) >= minCallCost)
  if (isPlenty) refusals.overruled()
  else if (!isRead && !refusals.tooMany) refusals.unanswered(clock.monotonic())
  else stop('credits-exhausted', detail)
}

import type { Ledger } from '../../domain/books/ledger.ts'
import { maySend } from '../../domain/books/may-open.ts'
import { type Credits, NO_CREDITS } from '../../domain/credits/credits.ts'
import type { StopReason } from '../../domain/run/run.ts'
import type { Clock } from '../../domain/time/clock.ts'
import { pauseMs, type Signal } from '../control/signal.ts'
import type { AccountWatch } from './account-watch.ts'
import type { CreditRefusals } from './credit-refusals.ts'

export interface WeighParts {
  readonly refusals: CreditRefusals
  readonly account: AccountWatch
  readonly ledger: Ledger
  readonly calls: { readonly total: number }
  readonly minCallCost: Credits
  readonly clock: Clock
  readonly changes: Signal
  readonly stop: (reason: StopReason, detail: string) => void
}

/** Checks a "no credits left" reply against the balance, once nothing is in flight: stops the run, or overrules the reply. */
export async function weighRefusal(parts: WeighParts): Promise<void> {
  const { refusals, account, changes, ledger, clock, minCallCost, calls, stop } = parts
  const { detail, dueAt } = refusals.weighed as { detail: string; dueAt: number }
  const waitMs = Math.max(dueAt, account.notBefore) - clock.monotonic()
  if (waitMs > 0 && !refusals.tooMany) return changes.wait(pauseMs(waitMs))
  const isRead = !refusals.tooMany && (await account.ask())
  const isPlenty = isRead && (calls.total > 0 ? maySend(ledger) : (ledger.spendable ?? NO_CREDITS) >= minCallCost)
  if (isPlenty) refusals.overruled()
  else if (!isRead && !refusals.tooMany) refusals.unanswered(clock.monotonic())
  else stop('credits-exhausted', detail)
}

import type { Ledger } from '../../domain/books/ledger.ts'
import type { Clock } from '../../domain/time/clock.ts'
import { pauseMs, type Signal } from '../control/signal.ts'
import type { AccountWatch } from './account-watch.ts'
import type { SecondLooks } from './second-looks.ts'

export interface AskParts {
  readonly account: AccountWatch
  readonly ledger: Ledger
  readonly looks: SecondLooks
  readonly calls: { readonly sentEver: number }
  readonly clock: Clock
  readonly changes: Signal
}

/** Requests a fresh balance as soon as allowed: the run needs one before it may open more calls. */
export async function askForBalance({ account, clock, changes }: AskParts): Promise<void> {
  const waitMs = account.notBefore - clock.monotonic()
  if (waitMs > 0) await changes.wait(pauseMs(waitMs))
  else await account.ask()
}

/** Requests the balance again when due, since the last one may have been too low. */
export async function askOnceMore({ account, ledger, looks, calls, clock, changes }: AskParts): Promise<void> {
  const dueInMs = looks.waitMs(clock.monotonic(), calls.sentEver) ?? 0
  const waitMs = Math.max(dueInMs, account.notBefore - clock.monotonic())
  if (waitMs > 0) return changes.wait(pauseMs(waitMs))
  const isRead = await account.ask()
  looks.took(clock.monotonic(), isRead && !ledger.belief.contradicted)
}

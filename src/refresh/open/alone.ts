import type { Ledger } from '../../domain/books/ledger.ts'
import { leftToAsk, mayResendAlone, maySend } from '../../domain/books/may-open.ts'
import type { Credits } from '../../domain/credits/credits.ts'
import type { Clock } from '../../domain/time/clock.ts'
import type { OpenCalls } from '../call/open-calls.ts'

interface Waiting {
  readonly ledger: Ledger
  readonly calls: OpenCalls
}

interface Parts extends Waiting {
  readonly clock: Clock
  /** When the vendor has processed what earlier processes sent, monotonic ms. */
  readonly resolvableAt: number
}

/**
 * The reservation of a call that goes again alone, now or once the vendor has processed what was sent before: by the last
 * balance there are credits for it, though not for all that wait. Null: none does.
 */
export function resendAlone({ ledger, calls }: Waiting): Credits | null {
  const next = calls.inFlight > 0 || calls.due > 0 || calls.jobs > 0 ? null : calls.nextResend
  return next !== null && !maySend(ledger) && mayResendAlone(ledger, next) ? next : null
}

/**
 * The reservation of a new call that goes alone, since its reply is to show what unknown calls have cost. Null: none waits.
 */
export function askAlone({ ledger, calls }: Waiting): Credits | null {
  const next = calls.total === 1 && calls.unsent === 1 && calls.nextResend === null ? calls.nextReservation : null
  const left = leftToAsk(ledger)
  return next !== null && !maySend(ledger) && left !== null && left >= 0 ? next : null
}

/** True if a call may leave now although not all of them may. */
export function leavesAlone(parts: Parts): boolean {
  if (askAlone(parts) !== null) return true
  return parts.clock.monotonic() >= parts.resolvableAt && resendAlone(parts) !== null
}

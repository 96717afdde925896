import type { Ledger } from '../../domain/books/ledger.ts'
import { mayResendAlone, maySend } from '../../domain/books/may-open.ts'
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

/** True if one may leave now. */
export function leavesAlone(parts: Parts): boolean {
  return parts.clock.monotonic() >= parts.resolvableAt && resendAlone(parts) !== null
}

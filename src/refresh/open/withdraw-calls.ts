import type { Ledger } from '../../domain/books/ledger.ts'
import { maySend } from '../../domain/books/may-open.ts'
import type { FinishedCall, OpenedCall } from '../ports/calls.ts'
import type { VendorRules } from '../ports/vendor.ts'
import type { WorkList } from '../select/work-list.ts'
import { lost, released } from '../settle/settlement.ts'
import type { ConfigFit } from './config-fit.ts'

export interface WithdrawParts {
  readonly ledger: Ledger
  readonly rules: VendorRules
  readonly work: WorkList
  readonly fit: ConfigFit
  readonly calls: {
    readonly unsent: number
    readonly inFlight: number
    withdraw(count: number): OpenedCall[]
    withdrawResends(): OpenedCall[]
  }
  readonly stopping: { readonly begun: boolean }
  readonly finished: { add(call: FinishedCall): void }
}

/**
 * Releases calls that may no longer be sent, because the run is stopping or others have spent the credits. Calls that
 * wait to be sent again become unknown once nothing is in flight that could free credits: the balance then decides what
 * they cost.
 */
export function withdrawCalls(parts: WithdrawParts): void {
  const { ledger, calls, stopping } = parts
  while (calls.unsent > 0 && (stopping.begun || !maySend(ledger)) && releaseLast(parts)) {}
  if (!stopping.begun && !maySend(ledger) && calls.inFlight === 0) loseResends(parts)
}

function releaseLast({ ledger, calls, fit, work, finished }: WithdrawParts): boolean {
  const [call] = calls.withdraw(1)
  if (call === undefined) return false
  ledger.release(call.reservation)
  for (const { item } of call.items) {
    fit.returned(item.seq)
    work.putFront(item)
  }
  finished.add(released(call, null, null))
  return true
}

/** Counts the calls that wait to be sent again as unknown. */
export function loseResends({ ledger, calls, rules, finished }: WithdrawParts): void {
  for (const call of calls.withdrawResends()) {
    ledger.lose(ledger.belief.sendAgain(call.reservation))
    finished.add(lost(call, { ...rules, onUnknown: 'skip' }))
  }
}

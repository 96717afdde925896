import { mayResendAlone, maySend } from '../../domain/books/may-open.ts'
import { NO_CREDITS } from '../../domain/credits/credits.ts'
import type { ActiveRun } from '../active-run.ts'
import { keepsResends } from '../balance/ask-again.ts'
import { lost, released } from '../settle/settlement.ts'
import { askAlone, resendAlone } from './alone.ts'

/**
 * Releases calls that may no longer be sent, because the run is stopping or others have spent the credits. Calls that
 * wait to be sent again become unknown once nothing is in flight that could free credits, and the balance was asked for once
 * more: it then decides what they cost.
 */
export function withdrawCalls(run: ActiveRun): void {
  const { ledger, calls, stopping } = run
  const maySendAny = () => maySend(ledger) || askAlone(run) !== null
  while (calls.unsent > 0 && (stopping.begun || !maySendAny()) && releaseLast(run)) {}
  if (stopping.begun || maySendAny() || calls.inFlight > 0 || keepsResends(run)) return
  if (resendAlone(run) === null && !mayGoAloneLater(run)) loseResends(run)
}

/** A call is to go again at an instant of its own: until then it cannot be told whether the balance leaves enough for it. */
function mayGoAloneLater({ ledger, calls }: ActiveRun): boolean {
  return calls.due > 0 && calls.jobs === 0 && mayResendAlone(ledger, NO_CREDITS)
}

function releaseLast({ ledger, calls, fit, work, finished }: ActiveRun): boolean {
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
export function loseResends({ ledger, calls, rules, finished }: ActiveRun): void {
  for (const call of calls.withdrawResends()) {
    ledger.lose(ledger.belief.sendAgain(call.reservation))
    finished.add(lost(call, { ...rules, onUnknown: 'skip' }))
  }
}

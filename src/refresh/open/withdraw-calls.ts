import type { RunState } from '../run-state.ts'
import { lost, released } from '../settle/settlement.ts'

/**
 * Calls that may not go out any more are released: the run stops, or others have spent what was meant for them. Calls
 * that were sent before and may not go out again, with nothing on the wire that could mend it, are unknown: what they
 * have cost is for the balance to say.
 */
export function withdraw(state: RunState): void {
  const { parts, calls, stopping } = state
  while (calls.unsent > 0 && (stopping !== null || !parts.ledger.maySend()) && releaseLast(state)) {}
  if (stopping === null && !parts.ledger.maySend() && calls.onTheWire === 0) loseResends(state)
}

function releaseLast(state: RunState): boolean {
  const { parts, calls, canary } = state
  const [call] = calls.withdraw(1)
  if (call === undefined) return false
  parts.ledger.release(call.reservation)
  for (const { item } of call.items) {
    canary.returned()
    parts.work.putFront(item)
  }
  state.finish(released(call, null, null))
  return true
}

/** Calls that would go out again are unknown. False: there were none. */
export function loseResends(state: RunState): boolean {
  const { parts, calls } = state
  const resends = calls.withdrawResends()
  for (const call of resends) {
    parts.ledger.lose(parts.ledger.sendAgain(call.reservation))
    state.finish(lost(call, { ...parts.rules, onUnknown: 'skip' }))
  }
  return resends.length > 0
}

import type { Decision } from '../decide.ts'

// When one of many accounts is to be looked at again: as seldom as may be, since each look counts records and asks the
// vendor for the balance, and in time for what it is to begin.

const MINUTE_MS = 60_000
/** What a fixed schedule says is known until then; the forecast is an hour old at most. */
const FIXED_MS = 60 * MINUTE_MS
/** What depends on the balance moves while others spend. */
const MOVING_MS = 15 * MINUTE_MS
/** Who waits for a person, or for another process, may go on at any time. */
const OTHERS_MS = 5 * MINUTE_MS

/** `isMoving`: the balance decides when its jobs start, or what they leave for others. */
export function nextLookAt(decisions: readonly Decision[], isMoving: boolean, now: number): number {
  const longest = isMoving ? MOVING_MS : FIXED_MS
  return Math.min(...decisions.map((decision) => now + Math.min(longest, patienceOf(decision, now))), now + longest)
}

function patienceOf(decision: Decision, now: number): number {
  if (decision.kind !== 'wait') return MOVING_MS
  if (decision.because === 'busy' || decision.because === 'needs-person') return OTHERS_MS
  return decision.until === null ? FIXED_MS : Math.max(0, decision.until - now)
}

/** When an account is tried again that could not be looked at, or not be worked, so often in succession. */
export function retryAt(failures: number, now: number): number {
  return now + Math.min(MOVING_MS, MINUTE_MS * 2 ** Math.min(failures - 1, 10))
}

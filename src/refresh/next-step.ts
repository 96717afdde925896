import type { Credits } from '../domain/credits.ts'
import { type Ending, ending, type StopReason } from '../domain/run.ts'

/** How a run stands between two steps: all that decides what it does next. */
export interface Situation {
  /** Null: it is not being stopped. `drained`: nothing in flight is waited for any more. */
  readonly stopping: { readonly how: Ending; readonly awaitsJobs: boolean; readonly drained: boolean } | null
  /** How long nothing but failures has come from the vendor, and how long that may be, ms. */
  readonly failingForMs: number
  readonly unhealthyAfterMs: number
  /** Why the config does not fit the vendor, by what has come back; null: it may. */
  readonly misfit: string | null
  /** Why the balance is refused to us; null: it is not. */
  readonly balanceRefused: string | null
  /** Why no call goes out any more before the reset; null: there is time. */
  readonly deadline: string | null
  /** A person has asked for no new calls. */
  readonly isPaused: boolean
  /** A reply that says that no credits are left is being weighed. */
  readonly isRefused: boolean
  /** Calls whose outcome is to be committed. */
  readonly finished: number
  /** A call can be opened. */
  readonly canOpen: boolean
  /** Records can be selected for which there are credits. */
  readonly canSelect: boolean
  /** Calls that were sent before and are to go out again. */
  readonly resends: number
  readonly inFlight: number
  /** Nothing is open and nothing waits to be committed: why? Null: there is. */
  readonly idle: Idle | null
}

/** Why nothing is open. Instants are ms from now. */
export interface Idle {
  /** Records of the run are still to do. */
  readonly isWorkLeft: boolean
  readonly selectedAll: boolean
  readonly isLimitReached: boolean
  /** What new calls may reserve, and the least that one does. */
  readonly allowance: Credits
  readonly minCallCost: Credits
  /** Only a fresh balance stands between the run and more calls. */
  readonly awaitsBalance: boolean
  /** The last balance may have been too low, and may be asked for once more. */
  readonly mayAskAgain: boolean
  readonly balanceFailingForMs: number
  /** Calls of which nobody knows what they cost; null: there are none, or no balance will tell. */
  readonly unknown: { readonly resolvableInMs: number; readonly isWaitedFor: boolean } | null
  /** By the last balance in a reply no call may go out. */
  readonly keepsOff: boolean
  readonly budgetLeft: Credits | null
  readonly spendable: Credits | null
}

export type NextStep =
  | { readonly do: 'stop'; readonly reason: StopReason; readonly detail: string }
  /** The config does not fit the vendor. */
  | { readonly do: 'stop-for-misfit'; readonly detail: string }
  /** Commit what has finished, and open the next calls. */
  | { readonly do: 'checkpoint' }
  | { readonly do: 'select' }
  /** The vendor says that no credits are left. */
  | { readonly do: 'weigh-refusal' }
  | { readonly do: 'ask-for-balance' }
  | { readonly do: 'ask-once-more' }
  /** Decide by the balance what the unknown calls cost. */
  | { readonly do: 'reconcile'; readonly ifNothingIsTold: NextStep }
  /** If eligible records are left outside the run, it ends like this; if none are, all are refreshed. */
  | { readonly do: 'look-for-records'; readonly ifThereAre: Ending }
  /** Nobody will send these calls again for a run that has ended. */
  | { readonly do: 'lose-resends' }
  | { readonly do: 'end'; readonly how: Ending }
  /** `atMostMs`: until something changes; null: until something of what waits is due. */
  | { readonly do: 'wait'; readonly atMostMs: number | null }

const WAIT: NextStep = { do: 'wait', atMostMs: null }

/** What a run does next. Pure. */
export function nextStep(now: Situation): NextStep {
  const { stopping, idle } = now
  const why = whyStop(now)
  if (why !== null) return why
  if (now.finished > 0 || now.canOpen) return { do: 'checkpoint' }
  if (now.canSelect) return { do: 'select' }
  if (stopping !== null) {
    if (!stopping.drained) return WAIT
    return stopping.how.status !== 'stopped' && now.resends > 0
      ? { do: 'lose-resends' }
      : { do: 'end', how: stopping.how }
  }
  if (now.isRefused && now.inFlight === 0) return { do: 'weigh-refusal' }
  return idle === null || now.isPaused ? WAIT : whenIdle(idle, now.unhealthyAfterMs)
}

/** What stops the run; null: nothing, or it is being stopped already. */
function whyStop(now: Situation): NextStep | null {
  const { stopping, failingForMs, unhealthyAfterMs, misfit, balanceRefused, deadline } = now
  // A run that only waits for the vendor's jobs waits for nothing where nobody answers.
  if (failingForMs >= unhealthyAfterMs && (stopping === null || stopping.awaitsJobs)) {
    const detail = `nothing but failures for ${Math.round(unhealthyAfterMs / 1000)} s`
    return { do: 'stop', reason: 'vendor-unhealthy', detail }
  }
  if (stopping !== null) return null
  if (misfit !== null) return { do: 'stop-for-misfit', detail: misfit }
  if (balanceRefused !== null) return { do: 'stop', reason: 'error', detail: balanceRefused }
  return deadline === null ? null : { do: 'stop', reason: 'deadline', detail: deadline }
}

function whenIdle(idle: Idle, unhealthyAfterMs: number): NextStep {
  const { isWorkLeft, unknown } = idle
  if (!isWorkLeft && idle.selectedAll) return end('all-refreshed')
  if (!isWorkLeft && idle.isLimitReached) return { do: 'look-for-records', ifThereAre: ending('limit-reached') }
  if (idle.allowance >= idle.minCallCost) return WAIT
  if (idle.awaitsBalance) {
    return idle.balanceFailingForMs >= unhealthyAfterMs
      ? end('vendor-unhealthy', 'the balance could not be read for too long')
      : { do: 'ask-for-balance' }
  }
  if (idle.mayAskAgain) return { do: 'ask-once-more' }
  if (unknown !== null && unknown.resolvableInMs > 0 && unknown.isWaitedFor) {
    return { do: 'wait', atMostMs: unknown.resolvableInMs }
  }
  const why = outOfCredits(idle)
  const last: NextStep = isWorkLeft ? { do: 'end', how: why } : { do: 'look-for-records', ifThereAre: why }
  return unknown !== null && unknown.resolvableInMs <= 0 ? { do: 'reconcile', ifNothingIsTold: last } : last
}

function outOfCredits({ keepsOff, budgetLeft, spendable, minCallCost }: Idle): Ending {
  if (keepsOff) return ending('credits-exhausted', 'the last balance that a reply told leaves no more than the reserve')
  if (budgetLeft === null || (budgetLeft >= minCallCost && spendable === null)) {
    return ending('error', 'no reply named a balance: without one neither the budget nor the reserve is known')
  }
  return budgetLeft < minCallCost
    ? ending('budget-spent')
    : ending('credits-exhausted', 'someone else has spent from the account')
}

function end(reason: StopReason, detail: string | null = null): NextStep {
  return { do: 'end', how: ending(reason, detail) }
}

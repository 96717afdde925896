import type { Credits } from '../domain/credits/credits.ts'
import { type Ending, ending, type StopReason } from '../domain/run/run.ts'

/** The state of a run between two steps: everything that decides the next one. */
export interface Situation {
  /** Null: it is not stopping. `drained`: it no longer waits for calls in flight. */
  readonly stopping: { readonly how: Ending; readonly awaitsJobs: boolean; readonly drained: boolean } | null
  /** How long the vendor has returned nothing but failures, and the limit for that, ms. */
  readonly failingForMs: number
  readonly unhealthyAfterMs: number
  /** Why the config does not fit the vendor, by what has come back; null: it may. */
  readonly misfit: string | null
  /** Why the balance is refused to us; null: it is not. */
  readonly balanceRefused: string | null
  /** Why no more calls are sent before the reset; null: the deadline has not passed. */
  readonly deadline: string | null
  readonly isPaused: boolean
  /** A "no credits left" reply is being weighed. */
  readonly isRefused: boolean
  /** Calls that wait to be committed. */
  readonly finished: number
  readonly canOpen: boolean
  /** More records can be selected, and there are credits for them. */
  readonly canSelect: boolean
  /** Calls that wait to be sent again. */
  readonly resends: number
  /** They may not be sent by a balance that was perhaps too low. */
  readonly doubtsBalance: boolean
  readonly inFlight: number
  /** Set while no call is open: why not. Null: some are. */
  readonly idle: Idle | null
}

/** Everything that explains why no call is open. */
export interface Idle {
  /** Records of the run are still to do. */
  readonly isWorkLeft: boolean
  readonly selectedAll: boolean
  readonly isLimitReached: boolean
  /** Credits that new calls may reserve, and the smallest reservation. */
  readonly allowance: Credits
  readonly minCallCost: Credits
  /** The run could open more calls if it had a fresh balance. */
  readonly awaitsBalance: boolean
  /** The last balance may have been too low, and may be requested again. */
  readonly mayAskAgain: boolean
  readonly balanceFailingForMs: number
  /** When a balance is to show what the first calls have cost; null: it is not. */
  readonly provesCostInMs: number | null
  /** Unknown calls of other runs are to be settled before this run opens any. */
  readonly othersFirst: boolean
  /** The unknown calls; null: there are none, or no balance can show what they cost. */
  readonly unknown: { readonly resolvableInMs: number; readonly isWaitedFor: boolean } | null
  /** Later no balance could tell what they cost from what calls of another run do, which will be sent again. */
  readonly settlesBeforeEnd: boolean
  /** The last balance in a reply leaves no credits for another call. */
  readonly keepsOff: boolean
  /** What interrupted runs hold would be enough for another call. */
  readonly isHeldElsewhere: boolean
  readonly budgetLeft: Credits | null
  readonly spendable: Credits | null
}

export type NextStep =
  | { readonly do: 'stop'; readonly reason: StopReason; readonly detail: string }
  | { readonly do: 'stop-for-misfit'; readonly detail: string }
  /** Commit what has finished, and open the next calls. */
  | { readonly do: 'checkpoint' }
  | { readonly do: 'select' }
  /** Check a "no credits left" reply against the balance. */
  | { readonly do: 'weigh-refusal' }
  | { readonly do: 'ask-for-balance' }
  | { readonly do: 'ask-once-more' }
  /** Read the balance, to compare what the first calls have cost. */
  | { readonly do: 'prove-cost' }
  /** Settle the unknown calls of other runs by the balance, if it can be read, before opening any. */
  | { readonly do: 'settle-others-first' }
  /** Settle the unknown calls by the balance; `otherwise`: the step if no balance can. */
  | { readonly do: 'reconcile'; readonly otherwise: NextStep }
  /** The run ends as `ifThereAre` if eligible records are left outside it, otherwise as all-refreshed. */
  | { readonly do: 'look-for-records'; readonly ifThereAre: Ending }
  /** Count the calls that wait to be sent again as unknown, since the run cannot be resumed. */
  | { readonly do: 'lose-resends' }
  | { readonly do: 'end'; readonly how: Ending }
  /** Wait until something changes, for `atMostMs`; null: until the next item or call is due. */
  | { readonly do: 'wait'; readonly atMostMs: number | null }

const WAIT: NextStep = { do: 'wait', atMostMs: null }

/** Decides the run's next step. Pure. */
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
  if (now.doubtsBalance) return { do: 'ask-once-more' }
  return idle === null || now.isPaused ? WAIT : whenIdle(idle, now.unhealthyAfterMs)
}

/** The step that stops the run; null: no reason to stop, or it is already stopping. */
function whyStop(now: Situation): NextStep | null {
  const { stopping, failingForMs, unhealthyAfterMs, misfit, balanceRefused, deadline } = now
  // A run that only waits for the vendor's jobs stops as well: a vendor that does not answer delivers none.
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
  if (idle.provesCostInMs !== null) {
    return idle.provesCostInMs > 0 ? { do: 'wait', atMostMs: idle.provesCostInMs } : { do: 'prove-cost' }
  }
  if (!isWorkLeft && (idle.selectedAll || idle.isLimitReached)) {
    const isWaited = idle.settlesBeforeEnd && unknown !== null
    if (isWaited && unknown.resolvableInMs > 0) return { do: 'wait', atMostMs: unknown.resolvableInMs }
    const last: NextStep = idle.selectedAll
      ? end('all-refreshed')
      : { do: 'look-for-records', ifThereAre: ending('limit-reached') }
    return isWaited ? { do: 'reconcile', otherwise: last } : last
  }
  if (idle.othersFirst && idle.allowance < idle.minCallCost) {
    const atMostMs = unknown?.resolvableInMs ?? 0
    return atMostMs > 0 ? { do: 'wait', atMostMs } : { do: 'settle-others-first' }
  }
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
  return unknown !== null && unknown.resolvableInMs <= 0 ? { do: 'reconcile', otherwise: last } : last
}

function outOfCredits({ keepsOff, isHeldElsewhere, budgetLeft, spendable, minCallCost }: Idle): Ending {
  if (isHeldElsewhere && (budgetLeft === null || budgetLeft >= minCallCost)) {
    return ending('credits-exhausted', 'interrupted runs hold what is left for their open calls: resume them')
  }
  if (keepsOff)
    return ending('credits-exhausted', 'the last balance reported in a reply leaves no more than the reserve')
  if (budgetLeft === null || (budgetLeft >= minCallCost && spendable === null)) {
    return ending('error', 'no reply contained a balance: without one neither the budget nor the reserve is known')
  }
  return budgetLeft < minCallCost
    ? ending('budget-spent')
    : ending('credits-exhausted', 'someone else has spent from the account')
}

function end(reason: StopReason, detail: string | null = null): NextStep {
  return { do: 'end', how: ending(reason, detail) }
}

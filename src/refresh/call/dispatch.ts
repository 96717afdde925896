import type { AccountWatch } from '../balance/account-watch.ts'
import { creditsLeft } from '../balance/allowance.ts'
import type { Committer } from '../commit/committer.ts'
import type { Stopping } from '../control/stopping.ts'
import type { LeaseKeeper } from '../lease/lease-keeper.ts'
import { type WorkLeftParts, workLeft } from '../open/spread-work.ts'
import { type WithdrawParts, withdrawCalls } from '../open/withdraw-calls.ts'
import type { Pace } from '../ports/pace.ts'
import type { RunStore } from '../ports/store.ts'
import type { Dispatcher } from './dispatcher.ts'
import type { OpenCalls } from './open-calls.ts'

export interface DispatchParts extends WorkLeftParts, WithdrawParts {
  readonly ledger: WithdrawParts['ledger']
  readonly rules: WithdrawParts['rules']
  readonly calls: OpenCalls
  readonly dispatcher: Dispatcher
  readonly pace: Pace
  readonly account: AccountWatch
  readonly stopping: Stopping
  readonly committer: Committer
  readonly lease: LeaseKeeper
  readonly store: RunStore
  /** True: the calls are spread over the time until the deadline. */
  readonly steady: boolean
}

/** Hands the calls that may be sent to the pace, and withdraws those that may not. */
export async function dispatch(parts: DispatchParts): Promise<void> {
  const { calls, dispatcher, pace, account, stopping, steady } = parts
  calls.wakeDue()
  withdrawCalls(parts)
  if (stopping.begun) {
    if (stopping.awaitsJobs) pace.pump(dispatcher)
    return
  }
  account.askIfWanted()
  if (calls.inFlight === 0) pace.setCredits(creditsLeft(parts))
  if (steady) pace.spread(workLeft(parts))
  await sendSuspects(parts)
  pace.pump(dispatcher)
}

/** Sends calls again that were in flight when a process died, after the database has recorded that they are sent. */
async function sendSuspects({ dispatcher, committer, store, lease, totals, calls }: DispatchParts): Promise<void> {
  const suspects = dispatcher.suspects()
  if (suspects.length === 0) return
  const numbers = suspects.map(({ n }) => n)
  await committer.persist([], () => store.markSent(lease.lease, totals.run.no, numbers))
  calls.add(suspects, true)
}

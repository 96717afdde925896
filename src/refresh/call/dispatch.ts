import { creditsLeft } from '../../domain/books/may-open.ts'
import type { ActiveRun } from '../active-run.ts'
import { askAlone, resendAlone } from '../open/alone.ts'
import { workLeft } from '../open/spread-work.ts'
import { withdrawCalls } from '../open/withdraw-calls.ts'

/** Hands the calls that may be sent to the pace, and withdraws those that may not. */
export async function dispatch(run: ActiveRun): Promise<void> {
  const { calls, dispatcher, pace, account, stopping, spec } = run
  calls.wakeDue()
  withdrawCalls(run)
  if (stopping.begun) {
    if (stopping.awaitsJobs) pace.pump(dispatcher)
    return
  }
  account.askIfWanted()
  if (calls.inFlight === 0)
    pace.setCredits(resendAlone(run) ?? askAlone(run) ?? creditsLeft(run.ledger, run.minCallCost))
  if (spec.pace === 'steady') pace.spread(workLeft(run))
  await sendSuspects(run)
  pace.pump(dispatcher)
}

/** Sends calls again that were in flight when a process died, after the database has recorded that they are sent. */
async function sendSuspects({ dispatcher, committer, store, lease, totals, calls }: ActiveRun): Promise<void> {
  const suspects = dispatcher.suspects()
  if (suspects.length === 0) return
  const numbers = suspects.map(({ n }) => n)
  await committer.persist([], () => store.markSent(lease.lease, totals.run.no, numbers))
  calls.add(suspects, true)
}

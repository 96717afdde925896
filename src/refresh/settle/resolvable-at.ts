import { hasEnded } from '../../domain/run/run.ts'
import { deadlineOf } from '../control/cycle-over.ts'
import type { RunParts } from '../ports/run-parts.ts'
import type { UnsettledCall } from '../ports/unsettled.ts'
import { keepsOpenCalls, settlesWithinMs } from './settlement.ts'

/** How a call is settled unless someone decides it by hand. Instants are epoch milliseconds. */
export interface Settling {
  /**
   * `run`: by the run in progress or the next one, from the balance, once it could spend what the call holds. `resume`: by
   * its own run, when that is resumed. `reset`: no balance can show it; the first run after the reset counts it as charged.
   */
  readonly by: 'run' | 'resume' | 'reset'
  /** The earliest instant; null: whenever the run is resumed. */
  readonly from: number | null
  /** The reset after which the next run counts it as charged in any case. */
  readonly resetAt: number
}

/** How and when a call is settled. Pure. `busy`: a process holds the lease on the account. */
export function whenSettles(
  call: UnsettledCall,
  parts: Pick<RunParts, 'cycle' | 'rules'> & { readonly now: number; readonly busy: boolean },
): Settling {
  const { run, state, sentAt } = call
  const { rules, now } = parts
  const { resetAt } = deadlineOf(run, parts)
  const atReset = { by: 'reset', from: resetAt, resetAt } as const
  if (now >= resetAt) return atReset
  const resumable = !hasEnded(run)
  if (resumable && state !== 'unknown') return { by: 'resume', from: null, resetAt }
  if (rules.balance === null && rules.remaining === null) return atReset
  const isOwnRunInProgress = run.status === 'running' && parts.busy
  if (resumable && keepsOpenCalls(rules) && !isOwnRunInProgress) return { by: 'resume', from: null, resetAt }
  const lastSentBy = isOwnRunInProgress ? sentAt : (run.abandonedAt ?? run.endedAt ?? sentAt)
  return { by: 'run', from: lastSentBy + settlesWithinMs(rules), resetAt }
}

/** An open call of a resumable run cannot be decided by hand: the resume sends it again, or polls it. */
export function isDecidable({ run, state }: Pick<UnsettledCall, 'run' | 'state'>): boolean {
  return state === 'unknown' || hasEnded(run)
}

import { hasEnded } from '../../domain/run.ts'
import { deadlineOf } from '../control/cycle-over.ts'
import type { RunParts } from '../ports/run-parts.ts'
import type { UnsettledCall } from '../ports/unsettled.ts'
import { keepsOpenCalls, settlesWithinMs } from './settlement.ts'

/** Who settles a call if nobody does it by hand. Instants are epoch milliseconds. */
export interface Settling {
  /**
   * `run`: the run under way, or the next one, from the balance, when it could spend what the call holds. `resume`: its own
   * run, when that is resumed. `reset`: no balance can tell; the first run after the reset counts it as charged.
   */
  readonly by: 'run' | 'resume' | 'reset'
  /** Not before; null: it depends on nothing but the resume. */
  readonly from: number | null
  /** The reset after which the next run counts it as charged, whatever came before. */
  readonly resetAt: number
}

/** Pure. `busy`: a process holds the account. */
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
  const ownIsUnderWay = run.status === 'running' && parts.busy
  if (resumable && keepsOpenCalls(rules) && !ownIsUnderWay) return { by: 'resume', from: null, resetAt }
  const lastSentBy = ownIsUnderWay ? sentAt : (run.abandonedAt ?? run.endedAt ?? sentAt)
  return { by: 'run', from: lastSentBy + settlesWithinMs(rules), resetAt }
}

/** A call of a run that can be resumed is not unknown while it stands open: the resume sends it again, or asks after it. */
export function isDecidable({ run, state }: Pick<UnsettledCall, 'run' | 'state'>): boolean {
  return state === 'unknown' || hasEnded(run)
}

import type { Config } from '../../config/config.ts'
import type { MayBegin } from '../../refresh/ports/run-spec.ts'
import { type Chosen, choose } from '../../schedule/choose.ts'
import type { Decision } from '../../schedule/decide.ts'
import { type EvaluationParts, evaluateSchedule, type JobOutlook, type Outlook } from '../plan/outlook.ts'
import type { Due } from '../run/run-request.ts'

/** One decision of the schedule's: for each job, and the one that counts. */
export interface Ticked extends Outlook {
  readonly chosen: JobOutlook
  /** What is to be run now; null: nothing. */
  readonly due: Due | null
}

export interface TickParts extends EvaluationParts {
  /** Jobs that all others go before: they could not be begun a short while ago. */
  readonly last?: ReadonlySet<string>
}

const LAST = Number.NEGATIVE_INFINITY

/** Looks at the account, the clock and the past, and decides. Starts nothing. Throws as `evaluateSchedule` does. */
export async function tick(config: Config, parts: TickParts): Promise<Ticked> {
  const outlook = await evaluateSchedule(config, parts)
  const isLast = ({ job }: JobOutlook) => parts.last?.has(job) ?? false
  const chosen = choose(outlook.jobs.map((each) => (isLast(each) ? { ...each, priority: LAST } : each)))
  return { ...outlook, chosen, due: dueOf(chosen, config, { ...parts, account: outlook.account }) }
}

function dueOf({ job, decision }: Chosen, config: Config, parts: EvaluationParts): Due | null {
  if (decision.kind === 'wait') return null
  const mayBegin = sameAgain(job, decision, config, parts)
  if (decision.kind === 'resume') return { due: { kind: 'resume', runId: decision.runId }, mayBegin }
  return { due: { kind: 'start', job, slot: decision.slot }, mayBegin }
}

/**
 * Two who ask at the same time both hear that a run is due. The one that gets the account first runs; the other asks
 * again once it has the account, and finds that it was done.
 */
function sameAgain(job: string, before: Decision, config: Config, parts: EvaluationParts): MayBegin {
  return async () => {
    const { jobs } = await evaluateSchedule(config, { ...parts, ours: true })
    const now = jobs.find((each) => each.job === job)?.decision
    return now !== undefined && isSame(before, now) ? null : (now?.why ?? `there is no job "${job}"`)
  }
}

function isSame(a: Decision, b: Decision): boolean {
  // Something may have come due since: then it is due all the more.
  if (a.kind === 'start') return b.kind === 'start' && a.slot <= b.slot
  return a.kind === 'resume' && b.kind === 'resume' && a.runId === b.runId
}

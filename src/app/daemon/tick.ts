import type { Config } from '../../config/config.ts'
import type { MayBegin } from '../../refresh/ports/run-spec.ts'
import { type Chosen, choose } from '../../schedule/choose.ts'
import type { Decision } from '../../schedule/decide.ts'
import { type EvaluationParts, evaluateSchedule, type JobOutlook, type Outlook } from '../plan/outlook.ts'
import type { Due } from '../run/run-controls.ts'

/** One tick of the schedule: the decision for each job, and the one to act on. */
export interface Ticked extends Outlook {
  readonly chosen: JobOutlook
  readonly due: Due | null
}

/** `last`: jobs that go after all others, since they recently could not be started. */
type TickParts = EvaluationParts & { readonly last?: ReadonlySet<string> }

const LAST = Number.NEGATIVE_INFINITY

/** Evaluates the schedule and chooses a job. Starts nothing. Throws as `evaluateSchedule` does. */
export async function tick(config: Config, parts: TickParts): Promise<Ticked> {
  const outlook = await evaluateSchedule(config, parts)
  const isLast = ({ job }: JobOutlook) => parts.last?.has(job) ?? false
  const chosen = choose(outlook.jobs.map((each) => (isLast(each) ? { ...each, priority: LAST } : each)))
  return { ...outlook, chosen, due: dueOf(chosen, config, { ...parts, account: outlook.account }) }
}

function dueOf({ job, decision }: Chosen, config: Config, parts: EvaluationParts): Due | null {
  if (decision.kind === 'wait') return null
  const mayBegin = stillDue(job, decision, config, parts)
  if (decision.kind === 'resume') return { due: { kind: 'resume', runId: decision.runId }, mayBegin }
  return { due: { kind: 'start', job, slot: decision.slot }, mayBegin }
}

/** Of two processes that find a run due, one gets the lease; the other evaluates again then, and finds it done. */
function stillDue(job: string, before: Decision, config: Config, parts: EvaluationParts): MayBegin {
  return async () => {
    const { jobs } = await evaluateSchedule(config, { ...parts, ours: true })
    const now = jobs.find((each) => each.job === job)?.decision
    return now !== undefined && isSame(before, now) ? null : (now?.why ?? `there is no job "${job}"`)
  }
}

function isSame(a: Decision, b: Decision): boolean {
  // If a later slot has become due meanwhile, the run is still due.
  if (a.kind === 'start') return b.kind === 'start' && a.slot <= b.slot
  return a.kind === 'resume' && b.kind === 'resume' && a.runId === b.runId
}

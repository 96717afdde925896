import type { Config } from '../../config/config.ts'
import { type EvaluationParts, evaluateSchedule, type Outlook } from '../plan/outlook.ts'

export interface PrecedenceParts extends Pick<EvaluationParts, 'log' | 'now'> {
  readonly everyMs: number
  /** The last account reading, if it is recent; else null. */
  readonly account: () => Outlook['account']
  /** Jobs that recently could not be started. */
  readonly last: () => ReadonlySet<string>
  /** Called at each check that finds a job with a higher priority due, until it returns that it has preempted the run. */
  readonly onDue: (job: string, outlook: Outlook) => boolean
}

/** Checks during a run whether a job of a higher priority is due. Returns a function that ends the checks. */
export function watchPrecedence(config: Config, job: string, parts: PrecedenceParts): () => Promise<void> {
  const { jobs } = config
  const own = jobs[job]?.priority ?? 0
  const isHigher = (name: string) => (jobs[name]?.priority ?? 0) > own
  const isNeeded = Object.values(jobs).some(({ name, schedule }) => schedule !== undefined && isHigher(name))
  if (!isNeeded) return async () => {}
  let checking: Promise<void> | null = null
  const check = async () => {
    const { log, now } = parts
    try {
      const outlook = await evaluateSchedule(config, { log, now, account: parts.account(), ours: true })
      const last = parts.last()
      const due = outlook.jobs.find(({ job, decision }) => isHigher(job) && decision.kind !== 'wait' && !last.has(job))
      if (due !== undefined && parts.onDue(due.job, outlook)) clearInterval(timer)
    } catch (err) {
      log.debug({ err }, 'cannot tell whether another job is due')
    }
  }
  const timer = setInterval(() => {
    checking ??= check().finally(() => {
      checking = null
    })
  }, parts.everyMs)
  return async () => {
    clearInterval(timer)
    await checking
  }
}

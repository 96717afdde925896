import type { Config } from '../../config/config.ts'
import type { EvaluationParts } from '../plan/outlook.ts'
import { evaluateSchedule, type Outlook } from '../plan/outlook.ts'

export interface PrecedenceParts extends Pick<EvaluationParts, 'log' | 'now'> {
  readonly everyMs: number
  /** What the vendor said last, where that was not long ago. */
  readonly account: () => Outlook['account']
  /** Jobs that could not be begun a short while ago. */
  readonly last: () => ReadonlySet<string>
  /** Told once, with the job that is due, and what was seen. */
  readonly onDue: (job: string, outlook: Outlook) => void
}

export interface PrecedenceWatch {
  /** Resolves when it no longer looks. */
  stop(): Promise<void>
}

/** Looks, while a run of the job is at work, whether one of a higher priority has come due. */
export function watchPrecedence(config: Config, job: string, parts: PrecedenceParts): PrecedenceWatch {
  const { jobs } = config
  const own = jobs[job]?.priority ?? 0
  const isHigher = (name: string) => (jobs[name]?.priority ?? 0) > own
  const any = Object.values(jobs).some(({ name, schedule }) => schedule !== undefined && isHigher(name))
  if (!any) return { stop: async () => {} }
  let looking: Promise<void> | null = null
  const look = async () => {
    const { log, now } = parts
    try {
      const outlook = await evaluateSchedule(config, { log, now, account: parts.account(), ours: true })
      const last = parts.last()
      const due = outlook.jobs.find(({ job, decision }) => isHigher(job) && decision.kind !== 'wait' && !last.has(job))
      if (due !== undefined) parts.onDue(due.job, outlook)
    } catch (err) {
      log.debug({ err }, 'nobody knows whether another job is due')
    }
  }
  const timer = setInterval(() => {
    looking ??= look().finally(() => {
      looking = null
    })
  }, parts.everyMs)
  return {
    stop: async () => {
      clearInterval(timer)
      await looking
    },
  }
}

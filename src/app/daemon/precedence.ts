import type { Config } from '../../config/config.ts'
import type { EvaluationParts } from '../plan/outlook.ts'
import { evaluateSchedule, type Outlook } from '../plan/outlook.ts'

export interface PrecedenceParts extends Pick<EvaluationParts, 'log' | 'now'> {
  readonly everyMs: number
  /** The last account reading, if it is recent; else null. */
  readonly account: () => Outlook['account']
  /** Jobs that recently could not be started. */
  readonly last: () => ReadonlySet<string>
  /** Called each time a job with a higher priority is found due. */
  readonly onDue: (job: string, outlook: Outlook) => void
}

export interface PrecedenceWatch {
  /** Stops; resolves when a check in progress has ended. */
  stop(): Promise<void>
}

/** Checks, while a run of the job is running, whether a job with a higher priority is due. */
export function watchPrecedence(config: Config, job: string, parts: PrecedenceParts): PrecedenceWatch {
  const { jobs } = config
  const own = jobs[job]?.priority ?? 0
  const isHigher = (name: string) => (jobs[name]?.priority ?? 0) > own
  const isNeeded = Object.values(jobs).some(({ name, schedule }) => schedule !== undefined && isHigher(name))
  if (!isNeeded) return { stop: async () => {} }
  let checking: Promise<void> | null = null
  const check = async () => {
    const { log, now } = parts
    try {
      const outlook = await evaluateSchedule(config, { log, now, account: parts.account(), ours: true })
      const last = parts.last()
      const due = outlook.jobs.find(({ job, decision }) => isHigher(job) && decision.kind !== 'wait' && !last.has(job))
      if (due !== undefined) parts.onDue(due.job, outlook)
    } catch (err) {
      log.debug({ err }, 'cannot tell whether another job is due')
    }
  }
  const timer = setInterval(() => {
    checking ??= check().finally(() => {
      checking = null
    })
  }, parts.everyMs)
  return {
    stop: async () => {
      clearInterval(timer)
      await checking
    },
  }
}

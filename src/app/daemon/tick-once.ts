import type { Config } from '../../config/config.ts'
import { toDecimal } from '../../domain/credits/credits.ts'
import { LeaseHeldError, NotDueError } from '../../domain/errors/errors.ts'
import { iso } from '../../domain/time/iso.ts'
import type { Log } from '../../refresh/ports/log.ts'
import { SILENT } from '../compose/app.ts'
import { prepareDatabase } from '../compose/with-database.ts'
import type { JobOutlook } from '../plan/outlook.ts'
import type { Due } from '../run/run-controls.ts'
import { heartbeatOf } from './daemon-service.ts'
import { forecastOnce } from './forecast-news.ts'
import { noteAlive } from './note-alive.ts'
import { type Ticked, tick } from './tick.ts'
import type { TickDecision, TickSummary } from './tick-summary.ts'

interface Parts {
  readonly log?: Log | undefined
  /** Sees a run through that is due. */
  readonly perform: (due: Due) => Promise<Pick<TickSummary, 'run' | 'report'>>
  /** Called before that, and once more where another process was faster. */
  readonly onDecisions?: (decisions: readonly TickDecision[]) => void
}

/**
 * Decides once what the schedule is to do, does it, and sends a heartbeat where no person is needed. Throws as `tick`,
 * and as the run does.
 */
export async function tickOnce(config: Config, parts: Parts): Promise<TickSummary> {
  const { log = SILENT } = parts
  const summary = await lookAfter(config, { ...parts, log })
  if (!needsPerson(summary)) await heartbeatOf(config, log)?.beat()
  return summary
}

export function needsPerson({ because, run }: TickSummary): boolean {
  return because === 'needs-person' || run?.status === 'failed'
}

/** The same without a heartbeat. */
export async function lookAfter(
  config: Config,
  { log, perform, onDecisions }: Parts & { readonly log: Log },
): Promise<TickSummary> {
  await prepareDatabase(config.database)
  await noteAlive(config, Date.now(), null)
  const ticked = await tick(config, { log, now: Date.now })
  const decided = summaryOf(ticked)
  onDecisions?.(decided.jobs)
  if (ticked.due === null) {
    await forecastOnce(config, log)
    return decided
  }
  try {
    return { ...decided, ...(await perform(ticked.due)) }
  } catch (error) {
    if (!(error instanceof LeaseHeldError || error instanceof NotDueError)) throw error
    return overtaken(decided, error, onDecisions)
  }
}

/** Another process was faster: it is at it, or has done it. */
function overtaken(decided: TickSummary, error: Error, onDecisions: Parts['onDecisions']): TickSummary {
  const because = error instanceof LeaseHeldError ? 'busy' : 'done'
  const waits = { decision: 'wait', because, until: null, runId: null, why: error.message } as const
  const { job, reserve } = decided
  onDecisions?.([{ job, reserve, ...waits }])
  return { ...decided, ...waits, jobs: decided.jobs.map((each) => (each.job === job ? { ...each, ...waits } : each)) }
}

/** What was decided, before anything was done. */
export function summaryOf({ at, cycle, chosen, jobs }: Omit<Ticked, 'due' | 'account'>): TickSummary {
  return {
    at: iso(at),
    cycle: { startAt: iso(cycle.startAt), endAt: iso(cycle.endAt) },
    ...plain(chosen),
    jobs: jobs.map(plain),
    run: null,
    report: null,
  }
}

function plain({ job, decision, reserve }: JobOutlook): TickDecision {
  const { kind, why } = decision
  const { because, until } = decision.kind === 'wait' ? decision : { because: null, until: null }
  return {
    job,
    decision: kind,
    because,
    why,
    until: until === null ? null : iso(until),
    runId: decision.kind === 'resume' ? decision.runId : null,
    reserve: { credits: toDecimal(reserve.credits), how: reserve.how },
  }
}

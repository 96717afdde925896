import type { Config } from '../../config/config.ts'
import { systemClock } from '../../domain/clock.ts'
import { LeaseHeldError, NotDueError } from '../../domain/errors.ts'
import type { RunSummary } from '../../domain/run.ts'
import { createLog, redactor } from '../../observability/logger.ts'
import { Notifier } from '../../observability/notify/notifier.ts'
import { progressLog } from '../../observability/progress-news.ts'
import { StopSwitch } from '../../refresh/control/stop-switch.ts'
import type { RunEvent } from '../../refresh/events/events.ts'
import type { Log } from '../../refresh/ports/log.ts'
import type { RunParts } from '../../refresh/ports/run-parts.ts'
import type { RunRequest } from '../../refresh/ports/run-spec.ts'
import { refreshRun } from '../../refresh/refresh-run.ts'
import type { connect } from '../../store/client.ts'
import type { App } from '../compose/app.ts'
import { openRunApp } from '../compose/open-run-app.ts'
import type { RunControls, What } from './run-controls.ts'
import { dueRequest, runRequest } from './run-request.ts'

/** `open`: opens the database; lets tests wrap the connection. */
type Controls = RunControls & { readonly open?: typeof connect }

/** A run in progress. */
export interface StartedRun {
  /** Resolves when the run has ended or stopped; rejects if it could not begin, or failed (InputError, LeaseHeldError …). */
  readonly summary: Promise<RunSummary>
  /** No new calls; those in flight finish, their outcomes commit, and `summary` resolves as `interrupted`. */
  stop(): void
  /** As `stop`, for a job with a higher priority: no notification is sent, since the run is resumed after that job. */
  preempt(job: string): void
  /** True if the run ended because it was preempted. */
  hasPreempted(summary: RunSummary): boolean
}

/** Starts a run of a checked config, or resumes an interrupted one. */
export function startRun(config: Config, what: What, controls: Controls = {}): StartedRun {
  const switchOff = new StopSwitch()
  const stop = () => switchOff.stop('interrupted')
  controls.signal?.addEventListener('abort', stop, { once: true })
  if (controls.signal?.aborted) stop()
  const preempt = (job: string) => switchOff.preempt(job)
  const news = controls.log === undefined ? null : progressLog(controls.log, systemClock.monotonic)
  const emit = (event: RunEvent) => {
    news?.(event)
    controls.onEvent?.(event)
  }
  const summary = perform(config, what, controls, switchOff, emit)
  // A rejection that nobody awaits must not end the process.
  summary.catch(() => {})
  return {
    summary,
    stop,
    preempt,
    hasPreempted: (ended) => switchOff.hasPreempted(ended),
  }
}

async function perform(
  config: Config,
  what: What,
  controls: Controls,
  stop: StopSwitch,
  emit: (event: RunEvent) => void,
): Promise<RunSummary> {
  const log = controls.log ?? (await createLog({ level: 'silent', pretty: false, color: false, secrets: { all: [] } }))
  const notifier = notifierOf(config, log)
  try {
    const summary = await openAndRun(config, what, { ...controls, log }, stop, emit)
    if (stop.hasPreempted(summary)) return summary
    const report = 'due' in what ? await writtenReport(config, summary, log) : null
    if (report !== null) controls.onReport?.(report)
    await notifier.ended(summary, report)
    return summary
  } catch (error) {
    // Another process runs it, or has run it, and sends the notification.
    if (!(error instanceof LeaseHeldError || error instanceof NotDueError)) await notifier.broke(nameOf(what), error)
    throw error
  }
}

/** Writes the report of a scheduled run; null: none is configured, or it could not be written. */
async function writtenReport(config: Config, { runId }: RunSummary, log: Log): Promise<string | null> {
  const { writeScheduledReport } = await import('../report/scheduled-report.ts')
  return writeScheduledReport(config, runId, log)
}

async function openAndRun(
  config: Config,
  what: What,
  { log, open, probe }: Controls & { readonly log: Log },
  stop: StopSwitch,
  emit: (event: RunEvent) => void,
): Promise<RunSummary> {
  const app = await openRunApp(config, log, open)
  try {
    return await working(requestFor(what, app), app.parts(emit, probe), stop)
  } finally {
    await app.close()
  }
}

function notifierOf({ notify, secrets }: Config, log: Log): Notifier {
  return new Notifier({ targets: notify, log, hide: redactor(secrets), clock: systemClock })
}

function nameOf(what: What): string {
  if ('due' in what) return 'a run that was due'
  if ('resume' in what) return what.resume === null ? 'a resume' : `run ${what.resume}`
  return what.job === undefined ? 'a run' : `a run of ${what.job}`
}

function requestFor(what: What, app: App): RunRequest {
  if ('due' in what) return dueRequest(what, app)
  return 'resume' in what ? { kind: 'resume', runId: what.resume } : runRequest(what, app)
}

async function working(request: RunRequest, parts: RunParts, stop: StopSwitch) {
  try {
    return await refreshRun(request, parts, stop)
  } finally {
    parts.vendor.close()
  }
}

import type { Config } from '../../config/config.ts'
import { LeaseHeldError, messageOf, NotDueError } from '../../domain/errors/errors.ts'
import type { ShownJudgement } from '../../domain/judgement/judgement-words.ts'
import type { RunSummary } from '../../domain/run/run.ts'
import { systemClock } from '../../domain/time/clock.ts'
import { redactor } from '../../observability/logger.ts'
import { Notifier } from '../../observability/notify/notifier.ts'
import { progressLog } from '../../observability/progress-news.ts'
import { StopSwitch } from '../../refresh/control/stop-switch.ts'
import type { RunEvent } from '../../refresh/events/events.ts'
import type { Log } from '../../refresh/ports/log.ts'
import type { RunRequest } from '../../refresh/ports/run-spec.ts'
import { refreshRun } from '../../refresh/refresh-run.ts'
import type { connect } from '../../store/client.ts'
import { type App, SILENT } from '../compose/app.ts'
import { withRunApp } from '../compose/with-run-app.ts'
import type { RunControls, What } from './run-controls.ts'
import { dueRequest, runRequest } from './run-request.ts'

/** `open`: opens the database; lets tests wrap the connection. */
type Controls = RunControls & { readonly open?: typeof connect }

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

export function startRun(config: Config, what: What, controls: Controls = {}): StartedRun {
  const stop = new StopSwitch(controls.signal)
  const summary = perform(config, what, controls, stop)
  // A rejection that nobody awaits must not end the process.
  summary.catch(() => {})
  return {
    summary,
    stop: () => stop.stop('interrupted'),
    preempt: (job) => stop.preempt(job),
    hasPreempted: (ended) => stop.hasPreempted(ended),
  }
}

async function perform(config: Config, what: What, controls: Controls, stop: StopSwitch): Promise<RunSummary> {
  const { log = SILENT } = controls
  const notifier = notifierOf(config, log)
  try {
    const summary = await openAndRun(config, what, { ...controls, log }, stop)
    if (stop.hasPreempted(summary)) return summary
    // Loaded only if needed.
    const reports = 'due' in what ? await import('../report/scheduled-report.ts') : null
    const report = (await reports?.writeScheduledReport(config, summary.runId, log, systemClock.now())) ?? null
    if (report !== null) controls.onReport?.(report)
    if (notifier.wants(summary.status)) await notifier.ended(summary, report, await judgedAfter(config, log))
    return summary
  } catch (error) {
    // Another process runs it, or has run it, and sends the notification.
    if (!(error instanceof LeaseHeldError || error instanceof NotDueError)) await notifier.broke(nameOf(what), error)
    throw error
  }
}

function openAndRun(
  config: Config,
  what: What,
  { log, open, probe, onEvent }: Controls & { readonly log: Log },
  stop: StopSwitch,
): Promise<RunSummary> {
  const news = progressLog(log, systemClock.monotonic)
  const emit = (event: RunEvent) => {
    news(event)
    onEvent?.(event)
  }
  const work = async (app: App) => {
    const parts = app.parts(emit, probe)
    try {
      return await refreshRun(requestFor(what, app), parts, stop)
    } finally {
      parts.vendor.close()
    }
  }
  return withRunApp(config, log, work, open)
}

/** How the account stands now; null: that could not be found out, which keeps back no notice. */
async function judgedAfter(config: Config, log: Log): Promise<ShownJudgement | null> {
  try {
    const { judgeAccount, shownIn } = await import('../plan/judgement.ts')
    return shownIn(config, await judgeAccount(config))
  } catch (error) {
    log.warn({ reason: messageOf(error) }, 'the account could not be judged')
    return null
  }
}

export function notifierOf({ notify, secrets }: Pick<Config, 'notify' | 'secrets'>, log: Log): Notifier {
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

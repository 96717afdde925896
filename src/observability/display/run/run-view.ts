import type { Deadline } from '../../../domain/cycle/deadline.ts'
import { type Health, healthOf, markOf } from '../../../domain/judgement/health.ts'
import type { RunSummary } from '../../../domain/run/run.ts'
import { doneOf } from '../../../domain/run/run-progress.ts'
import type { PaceSnapshot, RunEvent } from '../../../refresh/events/events.ts'
import { isPaceNews, type News, type NewsItem, withNews } from '../news.ts'
import { marked, type Recent } from '../recent.ts'

type Progress = RunEvent & { readonly type: 'progress' }

/** All that is shown of a run, from its events. Instants are epoch milliseconds. */
export interface RunView {
  readonly summary: RunSummary
  readonly deadline: Deadline
  /** When this process began with it. */
  readonly beganAt: number
  /** Null before the first checkpoint. */
  readonly pace: PaceSnapshot | null
  readonly errors: Progress['errors'] | null
  readonly selectsMore: boolean
  readonly controlRequest: RunSummary['controlRequest']
  readonly databaseUnreachable: { readonly since: number; readonly reason: string } | null
  readonly stopping: boolean
  readonly recent: Recent
  readonly news: readonly NewsItem[]
  /** The pace that was last reported as news. */
  readonly newsPace: { readonly pace: PaceSnapshot; readonly at: number } | null
}

/** The run's events, and that this process was asked to stop. */
export type Heard = RunEvent | { readonly type: 'stopping' }

/** A pure step; null until the run has begun. It is cheap: figures are worded only when they are shown. */
export function heard(view: RunView | null, event: Heard, now: number): RunView | null {
  if (event.type === 'started') return began(event, now)
  if (view === null) return null
  switch (event.type) {
    case 'progress':
      return progressed(view, event, now)
    case 'item':
      return event.outcome === 'failed' || event.outcome === 'unknown'
        ? reported(view, { type: event.outcome, key: event.key, reason: event.reason }, now)
        : view
    case 'control-request':
      return controlRequested(view, event.controlRequest, now)
    case 'database-unreachable':
      return reported({ ...view, databaseUnreachable: { since: now, reason: event.reason } }, event, now)
    case 'database-back':
      return reported({ ...view, databaseUnreachable: null }, event, now)
    case 'outside':
      return reported(view, event, now)
    case 'stopping':
      return reported({ ...view, stopping: true }, event, now)
    case 'ended':
      return { ...view, summary: event.summary }
  }
}

function began({ summary, deadline, resumed }: RunEvent & { readonly type: 'started' }, now: number): RunView {
  const view: RunView = {
    summary,
    deadline,
    beganAt: now,
    pace: null,
    errors: null,
    selectsMore: true,
    controlRequest: null,
    databaseUnreachable: null,
    stopping: false,
    recent: [markOf(summary, now)],
    news: [],
    newsPace: null,
  }
  if (!resumed) return view
  const { selected } = summary.records
  return reported(view, { type: 'resumed', done: doneOf(summary), selected }, now)
}

function progressed(view: RunView, { summary, pace, errors, selectsMore }: Progress, now: number): RunView {
  const next = { ...view, summary, pace, errors, selectsMore, recent: marked(view.recent, markOf(summary, now)) }
  return withPaceNews(withPauseNews(next, view, now), now)
}

/** Reports a pause of a second or more: the vendor has asked for it, or is down and is probed from time to time. */
function withPauseNews(next: RunView, before: RunView, now: number): RunView {
  const { pausedUntil = 0, reason = '' } = next.pace ?? {}
  if (pausedUntil - now < 1_000 || pausedUntil < (before.pace?.pausedUntil ?? 0) + 500) return next
  const asked = next.summary.calls.throttled > before.summary.calls.throttled
  return reported(next, { type: 'vendor-pause', forMs: pausedUntil - now, reason: asked ? null : reason }, now)
}

function withPaceNews(view: RunView, now: number): RunView {
  const { pace, newsPace } = view
  if (pace === null || !isPaceNews(newsPace, pace, now)) return view
  const next = { ...view, newsPace: { pace, at: now } }
  // The pace that the run begins with is not news.
  return newsPace === null ? next : reported(next, { type: 'pace', reason: pace.reason }, now)
}

function controlRequested(view: RunView, controlRequest: RunSummary['controlRequest'], now: number): RunView {
  const next = { ...view, controlRequest }
  if (controlRequest !== null)
    return reported(next, { type: controlRequest.what === 'pause' ? 'paused' : 'to-stop', by: controlRequest.by }, now)
  // Rates over a time that includes the pause would be too low.
  return reported({ ...next, recent: [markOf(view.summary, now)] }, { type: 'continued' }, now)
}

function reported(view: RunView, news: News, at: number): RunView {
  return { ...view, news: withNews(view.news, news, at) }
}

export type Standing = 'running' | 'stopping' | 'waiting' | 'paused'

/** Unless it is 'running', no new call is sent. A stop outranks an unreachable database, which outranks a pause. */
export function standingOf({ controlRequest, stopping, databaseUnreachable }: RunView): Standing {
  if (stopping || controlRequest?.what === 'stop') return 'stopping'
  if (databaseUnreachable !== null) return 'waiting'
  return controlRequest === null ? 'running' : 'paused'
}

/** How the run does, as of the last minute. */
export function healthNow({ recent, summary, beganAt }: RunView, now: number): Health {
  const elapsedMs = Math.max(summary.elapsedMs, now - beganAt)
  return healthOf(recent, markOf(summary, now), elapsedMs)
}

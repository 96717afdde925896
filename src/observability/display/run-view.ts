import type { Deadline } from '../../domain/cycle/deadline.ts'
import type { RunSummary } from '../../domain/run/run.ts'
import { doneOf } from '../../domain/run/run-progress.ts'
import type { PaceSnapshot, RunEvent } from '../../refresh/events/events.ts'
import { isPaceNews, type News, type NewsItem, withNews } from './news.ts'
import { marked, markOf, type Recent } from './recent.ts'

type Progress = RunEvent & { readonly type: 'progress' }

/** All that is shown of a run, as it was told. Instants are epoch milliseconds. */
export interface RunView {
  readonly summary: RunSummary
  readonly deadline: Deadline
  /** When this process began with it. */
  readonly beganAt: number
  /** Null before the first checkpoint. */
  readonly pace: PaceSnapshot | null
  readonly errors: Progress['errors'] | null
  readonly selectsMore: boolean
  /** What a person wants of it. */
  readonly controlRequest: RunSummary['controlRequest']
  readonly databaseUnreachableSince: number | null
  readonly stopping: boolean
  readonly recent: Recent
  readonly news: readonly NewsItem[]
  /** The pace that was last told as news. */
  readonly toldPace: { readonly pace: PaceSnapshot; readonly at: number } | null
}

/** What is heard: the run's events, and that this process was told to stop. */
export type Heard = RunEvent | { readonly type: 'stopping' }

/** A pure step; null until the run has begun. Costs next to nothing: figures are made when they are shown. */
export function heard(view: RunView | null, event: Heard, now: number): RunView | null {
  if (event.type === 'started') return began(event, now)
  if (view === null) return null
  switch (event.type) {
    case 'progress':
      return progressed(view, event, now)
    case 'item':
      return event.outcome === 'failed' || event.outcome === 'unknown'
        ? told(view, { kind: event.outcome, key: event.key, reason: event.reason }, now)
        : view
    case 'control-request':
      return controlRequested(view, event.controlRequest, now)
    case 'database-unreachable':
      return told({ ...view, databaseUnreachableSince: now }, { kind: event.type, reason: event.reason }, now)
    case 'database-back':
      return told(
        { ...view, databaseUnreachableSince: null },
        { kind: event.type, unreachableMs: event.unreachableMs },
        now,
      )
    case 'outside':
      return told(view, { kind: 'outside', credits: event.credits }, now)
    case 'stopping':
      return told({ ...view, stopping: true }, { kind: 'stopping' }, now)
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
    databaseUnreachableSince: null,
    stopping: false,
    recent: [markOf(summary, now)],
    news: [],
    toldPace: null,
  }
  if (!resumed) return view
  const { selected } = summary.records
  return told(view, { kind: 'resumed', done: doneOf(summary), selected }, now)
}

function progressed(view: RunView, { summary, pace, errors, selectsMore }: Progress, now: number): RunView {
  const next = { ...view, summary, pace, errors, selectsMore, recent: marked(view.recent, markOf(summary, now)) }
  return withPaceNews(withPauseNews(next, view, now), now)
}

/** The vendor has asked for a pause that is worth a word; or is down, and is asked now and then. */
function withPauseNews(next: RunView, before: RunView, now: number): RunView {
  const { pausedUntil = 0, reason = '' } = next.pace ?? {}
  if (pausedUntil - now < 1_000 || pausedUntil < (before.pace?.pausedUntil ?? 0) + 500) return next
  const asked = next.summary.calls.throttled > before.summary.calls.throttled
  return told(next, { kind: 'vendor-pause', forMs: pausedUntil - now, reason: asked ? null : reason }, now)
}

function withPaceNews(view: RunView, now: number): RunView {
  const { pace, toldPace } = view
  if (pace === null || !isPaceNews(toldPace, pace, now)) return view
  const next = { ...view, toldPace: { pace, at: now } }
  // What it begins with is no news.
  return toldPace === null ? next : told(next, { kind: 'pace', reason: pace.reason }, now)
}

function controlRequested(view: RunView, controlRequest: RunSummary['controlRequest'], now: number): RunView {
  const next = { ...view, controlRequest }
  if (controlRequest !== null)
    return told(next, { kind: controlRequest.what === 'pause' ? 'paused' : 'to-stop', by: controlRequest.by }, now)
  // How fast it was with the pause in it says nothing.
  return told({ ...next, recent: [markOf(view.summary, now)] }, { kind: 'goes-on' }, now)
}

function told(view: RunView, news: News, at: number): RunView {
  return { ...view, news: withNews(view.news, news, at) }
}

/** How a run stands; if it is not running, no new call is sent, whatever the pace. */
export type Standing = 'running' | 'stopping' | 'waiting' | 'paused'

/** A stop counts more than a database that is unreachable, and that more than a pause. */
export function standingOf({ controlRequest, stopping, databaseUnreachableSince }: RunView): Standing {
  if (stopping || controlRequest?.what === 'stop') return 'stopping'
  if (databaseUnreachableSince !== null) return 'waiting'
  return controlRequest === null ? 'running' : 'paused'
}

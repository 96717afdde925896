import { figure } from '../../domain/figure.ts'
import type { PaceSnapshot } from '../../refresh/events/events.ts'
import type { Columns } from './frame.ts'
import { waitWords } from './news.ts'
import { ratesOf } from './recent.ts'
import { labelled } from './run-lines.ts'
import { markOf, type RunView } from './run-view.ts'
import { fitting, foreign, type Line, piece, type Tone } from './text.ts'
import type { Times } from './times.ts'

interface Wording {
  readonly pace: readonly string[]
  readonly why: readonly string[]
  readonly tone: Tone
}

/** How fast it goes and why; or why nothing goes, and what to do. Always two lines. */
export function paceLines(columns: Columns, view: RunView, now: number, times: Times): readonly [Line, Line] {
  const { pace, why, tone } = halted(view, times) ?? going(view, now)
  return [
    labelled(columns, 'pace', piece(fitting(pace, columns.words), tone)),
    labelled(columns, '', piece(fitting(why, columns.words), tone === 'plain' ? 'faint' : tone)),
  ]
}

function halted({ controlRequest, stopping, databaseUnreachableSince, pace }: RunView, times: Times): Wording | null {
  const tone = 'trouble'
  if (stopping || controlRequest?.what === 'stop') {
    const inFlight = pace?.inFlight ?? 0
    const calls = inFlight === 1 ? '1 call in flight finishes' : `${figure(inFlight)} calls in flight finish`
    const by = stopping ? [] : [`stopping, as ${foreign(controlRequest?.by ?? '')} asks: ${calls}`]
    const again = stopping ? ['a second signal ends it at once'] : ['`spenddown resume` goes on']
    return { pace: [...by, `stopping: ${calls}`, 'stopping'], why: again, tone }
  }
  if (databaseUnreachableSince !== null) {
    const since = times.second(databaseUnreachableSince)
    const said = [`the database is unreachable since ${since}`, 'the database is unreachable']
    return { pace: said, why: ['no new calls until it is back; what was paid for is kept', 'no new calls'], tone }
  }
  if (controlRequest === null) return null
  const since = times.second(Date.parse(controlRequest.at))
  const by = foreign(controlRequest.by)
  const said = [`paused by ${by} since ${since}`, `paused by ${by}`]
  return { pace: said, why: ['no new calls; `spenddown continue` goes on', '`spenddown continue` goes on'], tone }
}

function going(view: RunView, now: number): Wording {
  const { pace } = view
  if (pace === null) return { pace: ['the first calls go out'], why: [''], tone: 'plain' }
  const waitMs = pace.pausedUntil - now
  if (waitMs >= 1_000) return { pace: [`no calls for ${waitWords(waitMs)}`], why: [whyPaused(view)], tone: 'trouble' }
  return { pace: paceWords(view, pace, now), why: [foreign(pace.reason)], tone: 'plain' }
}

function whyPaused({ news }: RunView): string {
  const last = news.findLast((item) => item.news.kind === 'vendor-pause')?.news
  const reason = last?.kind === 'vendor-pause' ? last.reason : null
  return reason === null ? 'the vendor asks for a pause' : foreign(reason)
}

/** The longest wording first. */
function paceWords({ recent, summary }: RunView, pace: PaceSnapshot, now: number): string[] {
  const { concurrency, perSecond } = pace
  const atOnce = `${figure(concurrency)} at once`
  const allowed = perSecond === null ? atOnce : `${atOnce}, ${figure(perSecond)} a second`
  const rates = ratesOf(recent, markOf(summary, now))
  const perSecondNow = rates === null ? null : steadyFigure(rates.recordsPerMs * 1_000)
  const latency = latencyWords(pace.latencyMs)
  const long = perSecondNow === null ? [] : [`${perSecondNow} records a second`]
  const short = perSecondNow === null ? [] : [`${perSecondNow}/s`]
  return [
    [allowed, ...long, `a call takes ${latency}`].join(' · '),
    [allowed, ...short, latency].join(' · '),
    allowed,
    atOnce,
  ]
}

/** Two digits tell how fast it is; more would never stand still. */
function steadyFigure(value: number): string {
  return figure(Number(value.toPrecision(2)))
}

function latencyWords(ms: number): string {
  return ms < 1_000 ? `${steadyFigure(ms)} ms` : `${steadyFigure(ms / 1_000)} s`
}

import { markOf } from '../../domain/judgement/health.ts'
import { figure, roundFigure } from '../../domain/words/figure.ts'
import { latencyWords, paceWords } from '../../domain/words/words.ts'
import type { PaceSnapshot } from '../../refresh/events/events.ts'
import { type Columns, labelled } from './frame.ts'
import { waitWords } from './news.ts'
import { sparkOf } from './recent.ts'
import { healthNow, type RunView, standingOf } from './run/run-view.ts'
import { fitting, foreign, type Line, piece, type Tone } from './text.ts'
import type { Times } from './times.ts'

interface Wording {
  readonly pace: readonly string[]
  readonly why: readonly string[]
  readonly tone: Tone
}

/** How fast the run goes and why; or why it does not go, and what to do. Always two lines. */
export function paceLines(columns: Columns, view: RunView, now: number, times: Times): readonly [Line, Line] {
  const { pace, why, tone } = halted(view, times) ?? going(view, now)
  return [
    labelled(columns, 'pace', piece(fitting(pace, columns.words), tone)),
    labelled(columns, '', piece(fitting(why, columns.words), tone === 'plain' ? 'faint' : tone)),
  ]
}

function halted(view: RunView, times: Times): Wording | null {
  const { controlRequest, stopping, databaseUnreachable, pace } = view
  const tone = 'trouble'
  const by = foreign(controlRequest?.by ?? '')
  switch (standingOf(view)) {
    case 'running':
      return null
    case 'stopping': {
      const inFlight = pace?.inFlight ?? 0
      const calls = inFlight === 1 ? '1 call in flight finishes' : `${figure(inFlight)} calls in flight finish`
      const said = [`stopping: ${calls}`, 'stopping']
      if (stopping) return { pace: said, why: ['a second signal ends it at once'], tone }
      return { pace: [`stopping, as ${by} asks: ${calls}`, ...said], why: ['`spenddown resume` goes on'], tone }
    }
    case 'waiting': {
      const unreachable = 'the database is unreachable'
      const said = [`${unreachable} since ${times.second(databaseUnreachable?.since ?? 0)}`, unreachable]
      return { pace: said, why: ['no new calls until it is back; what was paid for is kept', 'no new calls'], tone }
    }
    case 'paused': {
      const said = [`paused by ${by} since ${times.second(Date.parse(controlRequest?.at ?? ''))}`, `paused by ${by}`]
      return { pace: said, why: ['no new calls; `spenddown continue` goes on', '`spenddown continue` goes on'], tone }
    }
  }
}

function going(view: RunView, now: number): Wording {
  const { pace } = view
  if (pace === null) return { pace: ['the first calls go out'], why: [''], tone: 'plain' }
  const waitMs = pace.pausedUntil - now
  if (waitMs >= 1_000) return { pace: [`no calls for ${waitWords(waitMs)}`], why: [whyPaused(view)], tone: 'trouble' }
  return { pace: speedWords(view, pace, now), why: [foreign(pace.reason)], tone: 'plain' }
}

function whyPaused({ news }: RunView): string {
  const last = news.findLast((item) => item.news.type === 'vendor-pause')?.news
  const reason = last?.type === 'vendor-pause' ? last.reason : null
  return reason === null ? 'the vendor asks for a pause' : foreign(reason)
}

function speedWords(view: RunView, pace: PaceSnapshot, now: number): string[] {
  const allowed = paceWords(pace)
  const latency = latencyWords(pace.latencyMs)
  const health = healthNow(view, now)
  const rates = health.kind === 'well' ? health.rates : null
  const speed = rates === null ? null : roundFigure(rates.recordsPerMs * 1_000)
  const spark = sparkOf(view.recent, markOf(view.summary, now))
  const long = speed === null ? [] : [`${spark === '' ? '' : `${spark} `}${speed} records a second`]
  return [
    [allowed, ...long, `a call takes ${latency}`].join(' · '),
    [allowed, ...long, latency].join(' · '),
    [allowed, ...(speed === null ? [] : [`${speed} records a second`]), `a call takes ${latency}`].join(' · '),
    [`${figure(pace.concurrency)} parallel`, ...(speed === null ? [] : [`${speed}/s`]), latency].join(' · '),
    allowed,
    paceWords({ ...pace, perSecond: null }),
  ]
}

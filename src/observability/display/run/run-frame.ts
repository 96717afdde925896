import { ITEM_END_STATES } from '../../../domain/call/item.ts'
import type { Judgement } from '../../../domain/judgement/judgement.ts'
import {
  actionWords,
  causeWords,
  outcomeWords,
  sentenceOf,
  shortOutcome,
} from '../../../domain/judgement/judgement-words.ts'
import { doneOf, leftOf } from '../../../domain/run/run-progress.ts'
import { roughly } from '../../../domain/time/roughly.ts'
import { figure } from '../../../domain/words/figure.ts'
import { countsOf, OUTCOME_WORDS } from '../../../domain/words/words.ts'
import { barred, type Columns, columnsFor, frameOf, labelled, type Row, type Size } from '../frame.ts'
import { isTrouble, newsWords } from '../news.ts'
import { paceLines } from '../pace-lines.ts'
import { fitting, foreign, type Line, piece, type Tone, widthOf } from '../text.ts'
import type { Times } from '../times.ts'
import { type RunView, standingOf } from './run-view.ts'

export interface FrameParts {
  readonly size: Size
  readonly color: boolean
  readonly times: Times
  /** The billing cycle's. */
  readonly zone: string
  readonly judgement: Judgement
}

const MOST_NEWS = 5
const BLANK: Line = []

/** A run as it is shown at `now` (epoch ms): lines no wider and no more than the terminal has room for. */
export function runFrame(view: RunView, now: number, { size, color, times, zone, judgement }: FrameParts): string[] {
  const columns = columnsFor(size)
  const [pace, why] = paceLines(columns, view, now, times)
  // While nothing is sent, the reason and what to do come first.
  const halted = standingOf(view) !== 'running'
  const [outlook, cause, todo] = outlookLines(columns, judgement, zone)
  const { throttled, failed, unknown } = view.summary.calls
  const trouble = throttled + failed + unknown > 0
  const figures: Row[] = [
    { rank: halted ? 2.2 : 0.5, line: outlook },
    { rank: 3, line: cause },
    ...(todo === undefined ? [] : [{ rank: 2.8, line: todo }]),
    { rank: 6, line: headLine(columns, view, now) },
    { rank: 10, line: BLANK },
    { rank: halted ? 3 : 2, line: recordsLine(columns, view) },
    { rank: halted ? 2.5 : 1, line: creditsLine(columns, view, now) },
    { rank: halted ? 1 : 4, line: pace },
    { rank: halted ? 2 : 5, line: why },
    { rank: trouble ? 7 : 8, line: errorsLine(columns, view) },
  ]
  return frameOf([...figures, ...newsRows(view, columns, times)], size, color)
}

function newsRows({ news }: RunView, columns: Columns, times: Times): Row[] {
  const items = news.slice(-MOST_NEWS)
  if (items.length === 0) return []
  const rows = items.map((item, at) => ({
    // The newest is the last to be left out.
    rank: at === items.length - 1 ? 9 : 20 + items.length - at,
    line: labelled(
      columns,
      times.second(item.at),
      piece(foreign(newsWords(item)), isTrouble(item.news) ? 'trouble' : 'plain'),
    ),
  }))
  return [{ rank: 11, line: BLANK }, ...rows]
}

function headLine(columns: Columns, view: RunView, now: number): Line {
  const { job, vendor, runId, elapsedMs } = view.summary
  const since = roughly(Math.max(elapsedMs, now - view.beganAt))
  const name = foreign(job)
  const standing = standingOf(view)
  const how = standing === 'running' ? `running for ${since}` : `${standing} · it began ${since} ago`
  const space = columns.label + columns.words
  const head = fitting([`${name} · ${foreign(vendor)} · `, `${name} · `], space - standing.length)
  const wordings = [`${how} · run ${foreign(runId)}`, how, standing]
  return [
    piece(' '.repeat(columns.indent)),
    piece(head, 'strong'),
    piece(fitting(wordings, space - widthOf(head)), standing === 'running' ? 'plain' : 'trouble'),
  ]
}

function recordsLine(columns: Columns, { summary }: RunView): Line {
  const { records } = summary
  const { selected, refreshed, remaining } = records
  const done = doneOf(summary)
  const became = countsOf(ITEM_END_STATES.map((state) => [records[state], OUTCOME_WORDS[state]]))
  const short = `${padded(done, selected)} of ${figure(selected)}`
  const left = `${short} · ${figure(remaining)} left`
  const long = became.length === 0 ? left : `${left} · ${became.join(', ')}`
  return barred(columns, 'records', [refreshed, done - refreshed, remaining], [long, left, short, figure(done)])
}

/** The mark in the bar: where the run should be, were its budget spent evenly until it must stop. */
function creditsLine(columns: Columns, { summary, deadline, beganAt }: RunView, now: number): Line {
  const { budget, spent, unknown, balance, reserve } = summary.credits
  const left = leftOf(summary)
  const short = `${padded(spent, budget)} of ${figure(budget)}`
  const middle = `${short} · ${figure(left)} left${unknown > 0 ? `, ${figure(unknown)} unknown` : ''}`
  const long =
    balance === null ? middle : `${middle} · balance ${figure(balance)}, of which ${figure(reserve)} are reserved`
  const startedAt = Math.min(Date.parse(summary.startedAt), beganAt)
  const due = left > 0 && now < deadline.stopAt ? (now - startedAt) / (deadline.stopAt - startedAt) : null
  return barred(columns, 'credits', [spent, unknown, left], [long, middle, short, figure(spent)], due)
}

/** As wide as the whole is, so that what follows does not move. */
function padded(part: number, whole: number): string {
  return figure(part).padStart(figure(whole).length)
}

const ERROR_WORDS = [
  ['server', 'server error', 'server errors'],
  ['timeout', 'timeout', 'timeouts'],
  ['connection', 'connection', 'connections'],
  ['other', 'other', 'other'],
] as const

function errorsLine(columns: Columns, { summary, errors }: RunView): Line {
  const { throttled, failed, unknown } = summary.calls
  const all = throttled + failed + unknown
  if (all === 0) return labelled(columns, 'errors', piece('none', 'faint'))
  const counts = countsOf([
    [throttled, 'throttled'],
    [failed, 'failed'],
    [unknown, 'unknown'],
  ])
  const kinds = countsOf(
    ERROR_WORDS.map(([kind, one, many]) => {
      const count = errors?.[kind] ?? 0
      return [count, count === 1 ? one : many]
    }),
  )
  const short = counts.join(' · ')
  const long = kinds.length === 0 ? short : `${short} (${kinds.join(', ')})`
  return labelled(columns, 'errors', piece(fitting([long, short, `${figure(all)} calls`], columns.words)))
}

/** Whether credits will be lost, why, and what to do: what is judged of the account everywhere else, too. */
function outlookLines(columns: Columns, judgement: Judgement, zone: string): [Line, Line, Line?] {
  const tone = judgement.verdict === 'on-track' ? 'good' : judgement.verdict === 'unknown' ? 'plain' : 'trouble'
  const width = columns.label + columns.words
  const line = (wordings: readonly string[], tone: Tone): Line => [
    piece(' '.repeat(columns.indent)),
    piece(fitting(wordings, width), tone),
  ]
  const why = foreign(causeWords(judgement, zone))
  const todo = actionWords(judgement, zone)
  const first = line([sentenceOf(judgement, zone), outcomeWords(judgement), shortOutcome(judgement)], tone)
  const second = line([why], tone === 'good' ? 'faint' : 'plain')
  return todo === null ? [first, second] : [first, second, line([foreign(todo)], 'plain')]
}

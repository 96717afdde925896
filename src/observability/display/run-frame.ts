import { ITEM_END_STATES } from '../../domain/call/item.ts'
import { doneOf, leftOf, msLeft } from '../../domain/run/run-progress.ts'
import { roughly } from '../../domain/time/roughly.ts'
import { figure, roundFigure } from '../../domain/words/figure.ts'
import { countsOf, OUTCOME_WORDS } from '../../domain/words/words.ts'
import { barred, type Columns, columnsFor, frameOf, labelled, type Row, type Size } from './frame.ts'
import { isTrouble, newsWords } from './news.ts'
import { paceLines } from './pace-lines.ts'
import { markOf, ratesOf } from './recent.ts'
import { type RunView, type Standing, standingOf } from './run-view.ts'
import { fitting, foreign, type Line, piece, type Tone, widthOf } from './text.ts'
import { about, type Times } from './times.ts'

const MOST_NEWS = 5
const BLANK: Line = []

/** A run as it is shown at `now` (epoch ms): lines no wider and no more than the terminal has room for. */
export function runFrame(
  view: RunView,
  now: number,
  { size, color, times }: { readonly size: Size; readonly color: boolean; readonly times: Times },
): string[] {
  const columns = columnsFor(size)
  const [pace, why] = paceLines(columns, view, now, times)
  // While nothing is sent, the reason and what to do come first.
  const halted = standingOf(view) !== 'running'
  const { throttled, failed, unknown } = view.summary.calls
  const trouble = throttled + failed + unknown > 0
  const figures: Row[] = [
    { rank: 6, line: headLine(columns, view, now) },
    { rank: 10, line: BLANK },
    { rank: halted ? 3 : 2, line: recordsLine(columns, view) },
    { rank: halted ? 2.5 : 1, line: creditsLine(columns, view) },
    { rank: halted ? 1 : 4, line: pace },
    { rank: halted ? 2 : 5, line: why },
    { rank: trouble ? 7 : 8, line: errorsLine(columns, view) },
    { rank: 3, line: endLine(columns, view, now, times) },
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

function creditsLine(columns: Columns, { summary }: RunView): Line {
  const { budget, spent, unknown, balance, reserve } = summary.credits
  const left = leftOf(summary)
  const short = `${padded(spent, budget)} of ${figure(budget)}`
  const middle = `${short} · ${figure(left)} left${unknown > 0 ? `, ${figure(unknown)} unknown` : ''}`
  const long =
    balance === null ? middle : `${middle} · balance ${figure(balance)}, of which ${figure(reserve)} are reserved`
  return barred(columns, 'credits', [spent, unknown, left], [long, middle, short, figure(spent)])
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

const OPEN_WORDS: Readonly<Record<Standing, string>> = {
  running: 'not to be told yet',
  stopping: 'it stops early',
  waiting: 'open while the database is unreachable',
  paused: 'open while it is paused',
}

/** When the run will be done, and whether that is before the deadline. */
function endLine(columns: Columns, view: RunView, now: number, times: Times): Line {
  const { stopAt } = view.deadline
  const prospect = prospectOf(view, now)
  const stop = times.minute(stopAt, now)
  const line = (tone: Tone, wordings: readonly string[]) =>
    labelled(columns, 'end', piece(fitting(wordings, columns.words), tone))
  if (prospect === null) {
    const words = OPEN_WORDS[standingOf(view)]
    return line('faint', [`${words} · the deadline is ${stop}`, words])
  }
  const { endAt, credits } = prospect
  const left = roundFigure(credits)
  if (endAt > stopAt) {
    const by = about(endAt - stopAt)
    const late = `${by} after the deadline`
    const stay = `about ${left} credits would stay`
    return line('trouble', [
      `would be done ${late} (${stop}): ${stay}`,
      `${late}: ${stay}`,
      `${by} late: ${left} would stay`,
    ])
  }
  const at = `about ${times.minute(endAt, now)}`
  const done = `done ${at}, in ${about(endAt - now)}`
  const before = `${about(stopAt - endAt)} before the deadline`
  const stay = `about ${left} would stay`
  // A remainder below one percent of the budget is not worth a word.
  const stays = credits < 0.01 * view.summary.credits.budget ? [] : [`${stay}: there are no more records`, stay]
  return line('good', [
    ...stays.map((words) => `${done} · ${before} · ${words}`),
    `${done} · ${before} (${stop})`,
    `done ${at} · ${before}`,
    done,
    at,
  ])
}

/** When the run ends at its present speed, and the credits left then, or at an earlier deadline; null: not known. */
function prospectOf(view: RunView, now: number): { readonly endAt: number; readonly credits: number } | null {
  const { summary, deadline, selectsMore } = view
  const rates = ratesOf(view.recent, markOf(summary, now))
  const ms = rates === null || standingOf(view) !== 'running' ? null : msLeft(summary, rates, selectsMore)
  if (rates === null || ms === null) return null
  const spent = rates.creditsPerMs * Math.max(0, Math.min(ms, deadline.stopAt - now))
  return { endAt: now + ms, credits: Math.max(0, leftOf(summary) - spent) }
}

import { ITEM_END_STATES } from '../../domain/call/item.ts'
import { doneOf, leftOf } from '../../domain/run/run-progress.ts'
import { roughly } from '../../domain/time/roughly.ts'
import { figure, roundFigure } from '../../domain/words/figure.ts'
import { countsOf, OUTCOME_WORDS } from '../../domain/words/words.ts'
import { barred, type Columns, labelled } from './frame.ts'
import { prospectOf } from './prospect.ts'
import { type RunView, type Standing, standingOf } from './run-view.ts'
import { fitting, foreign, type Line, piece, type Tone, widthOf } from './text.ts'
import { about, type Times } from './times.ts'

export function headLine(columns: Columns, view: RunView, now: number): Line {
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

export function recordsLine(columns: Columns, { summary }: RunView): Line {
  const { records } = summary
  const { selected, refreshed, remaining } = records
  const done = doneOf(summary)
  const became = countsOf(ITEM_END_STATES.map((state) => [records[state], OUTCOME_WORDS[state]]))
  const short = `${padded(done, selected)} of ${figure(selected)}`
  const left = `${short} · ${figure(remaining)} left`
  const long = became.length === 0 ? left : `${left} · ${became.join(', ')}`
  return barred(columns, 'records', [refreshed, done - refreshed, remaining], [long, left, short, figure(done)])
}

export function creditsLine(columns: Columns, { summary }: RunView): Line {
  const { budget, spent, unknown, balance, reserve } = summary.credits
  const left = leftOf(summary)
  const short = `${padded(spent, budget)} of ${figure(budget)}`
  const middle = `${short} · ${figure(left)} left${unknown > 0 ? `, ${figure(unknown)} unknown` : ''}`
  const long =
    balance === null ? middle : `${middle} · balance ${figure(balance)}, of which ${figure(reserve)} are reserved`
  return barred(columns, 'credits', [spent, unknown, left], [long, middle, short, figure(spent)])
}

/** As wide as the whole is, so that what follows stands still. */
function padded(part: number, whole: number): string {
  return figure(part).padStart(figure(whole).length)
}

const ERROR_WORDS = [
  ['server', 'server error', 'server errors'],
  ['timeout', 'timeout', 'timeouts'],
  ['connection', 'connection', 'connections'],
  ['other', 'other', 'other'],
] as const

export function errorsLine(columns: Columns, { summary, errors }: RunView): Line {
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
export function endLine(columns: Columns, view: RunView, now: number, times: Times): Line {
  const prospect = prospectOf(view, now)
  const stop = times.minute(view.deadline.stopAt, now)
  const line = (tone: Tone, wordings: readonly string[]) =>
    labelled(columns, 'end', piece(fitting(wordings, columns.words), tone))
  if (prospect.kind === 'open') {
    const words = OPEN_WORDS[standingOf(view)]
    return line('faint', [`${words} · the deadline is ${stop}`, words])
  }
  const credits = roundFigure(prospect.credits)
  if (prospect.kind === 'late') {
    const by = about(prospect.byMs)
    const late = `${by} after the deadline`
    const stay = `about ${credits} credits would stay`
    return line('trouble', [
      `would be done ${late} (${stop}): ${stay}`,
      `${late}: ${stay}`,
      `${by} late: ${credits} would stay`,
    ])
  }
  const at = `about ${times.minute(prospect.endAt, now)}`
  const done = `done ${at}, in ${about(prospect.endAt - now)}`
  const before = `${about(prospect.beforeMs)} before the deadline`
  const stay = `about ${credits} would stay`
  // Credits for which there are no records, if they are worth a word.
  const stays =
    prospect.credits < 0.01 * view.summary.credits.budget ? [] : [`${stay}: there are no more records`, stay]
  return line('good', [
    ...stays.map((words) => `${done} · ${before} · ${words}`),
    `${done} · ${before} (${stop})`,
    `done ${at} · ${before}`,
    done,
    at,
  ])
}

export function newsLine(columns: Columns, at: number, words: string, trouble: boolean, times: Times): Line {
  return labelled(columns, times.second(at), piece(foreign(words), trouble ? 'trouble' : 'plain'))
}

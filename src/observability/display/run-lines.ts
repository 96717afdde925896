import { figure } from '../../domain/figure.ts'
import { roughly } from '../../domain/roughly.ts'
import { cellsOf } from './bar.ts'
import type { Columns } from './frame.ts'
import { doneOf, leftOf, type RunView } from './run-view.ts'
import { fitting, foreign, type Line, type Piece, piece, type Tone, widthOf } from './text.ts'
import type { Times } from './times.ts'

/** `label   words`, with the label in its column. */
export function labelled({ indent, label: width }: Columns, label: string, ...pieces: readonly Piece[]): Line {
  return [piece(' '.repeat(indent)), piece(label.padEnd(width), 'faint'), ...pieces]
}

/** `label   ███░░░  words`: `parts` of the bar as they are done, half done, and to do. */
export function barred(
  columns: Columns,
  label: string,
  parts: readonly [number, number, number],
  wordings: readonly string[],
): Line {
  const [full = 0, half = 0, empty = 0] = cellsOf(parts, columns.bar)
  const bar = [
    piece('█'.repeat(full), 'full'),
    piece('▓'.repeat(half), 'half'),
    piece('░'.repeat(empty), 'faint'),
    piece(columns.bar === 0 ? '' : '  '),
  ]
  return labelled(columns, label, ...bar, piece(fitting(wordings, columns.besideBar)))
}

export function headLine(columns: Columns, view: RunView, now: number): Line {
  const { job, vendor, runId, elapsedMs } = view.summary
  const since = roughly(Math.max(elapsedMs, now - view.beganAt))
  const name = foreign(job)
  const state = stateOf(view)
  const long = `${name} · ${foreign(vendor)} · `
  const how = state.word === 'running' ? `running for ${since}` : `${state.word} · it began ${since} ago`
  const wordings = [`${how} · run ${foreign(runId)}`, how, state.word] as const
  const space = columns.label + columns.words
  const head = fitting([long, `${name} · `], space - state.word.length)
  return [
    piece(' '.repeat(columns.indent)),
    piece(head, 'strong'),
    piece(fitting(wordings, space - widthOf(head)), state.tone),
  ]
}

function stateOf({ stopping, controlRequest, databaseUnreachableSince }: RunView): { word: string; tone: Tone } {
  if (stopping || controlRequest?.what === 'stop') return { word: 'stopping', tone: 'trouble' }
  if (databaseUnreachableSince !== null) return { word: 'waiting', tone: 'trouble' }
  return controlRequest === null ? { word: 'running', tone: 'plain' } : { word: 'paused', tone: 'trouble' }
}

export function recordsLine(columns: Columns, { summary }: RunView): Line {
  const { selected, refreshed, remaining, notFound, failed, unknown, superseded } = summary.records
  const done = doneOf(summary)
  const ends = [
    [refreshed, 'refreshed'],
    [notFound, 'not found'],
    [failed, 'failed'],
    [unknown, 'unknown'],
    [superseded, 'refreshed by someone else'],
  ] as const
  const short = `${padded(done, selected)} of ${figure(selected)}`
  const left = `${short} · ${figure(remaining)} left`
  const became = ends.flatMap(([count, word]) => (count > 0 ? [`${figure(count)} ${word}`] : []))
  const long = [left, became.join(', ')].filter((part) => part !== '').join(' · ')
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
  const calls = [
    [throttled, 'throttled'],
    [failed, 'failed'],
    [unknown, 'unknown'],
  ] as const
  const short = calls.flatMap(([count, word]) => (count > 0 ? [`${figure(count)} ${word}`] : [])).join(' · ')
  const kinds = ERROR_WORDS.flatMap(([kind, one, many]) => {
    const count = errors?.[kind] ?? 0
    return count === 0 ? [] : [`${figure(count)} ${count === 1 ? one : many}`]
  })
  const long = kinds.length === 0 ? short : `${short} (${kinds.join(', ')})`
  return labelled(columns, 'errors', piece(fitting([long, short, `${figure(all)} calls`], columns.words)))
}

export function newsLine(columns: Columns, at: number, words: string, trouble: boolean, times: Times): Line {
  return labelled(columns, times.second(at), piece(foreign(words), trouble ? 'trouble' : 'plain'))
}

import { figure } from '../../domain/figure.ts'
import { burnColumns, idealColumns, idealLeft, mostLeft } from './burn-down.ts'
import type { Columns } from './frame.ts'
import { horizonOf, type Prospect } from './prospect.ts'
import { labelled } from './run-lines.ts'
import { leftOf, type RunView } from './run-view.ts'
import { sparkline } from './sparkline.ts'
import { fitting, type Line, type Piece, piece } from './text.ts'
import { about, type Times } from './times.ts'

/** Credits left over time, and under it the ideal line: straight from what was left at first to nothing at the end. */
export function burnLines(
  columns: Columns,
  view: RunView,
  prospect: Prospect,
  now: number,
  times: Times,
): readonly [Line, Line] {
  const horizon = horizonOf(view, prospect, now)
  const { burn, summary } = view
  const left = leftOf(summary)
  const { bar, besideBar } = columns
  const words = (...wordings: string[]) => piece(fitting(wordings, besideBar))
  if (horizon === null || bar === 0) {
    const open = spark('·'.repeat(bar), 0)
    return [
      labelled(columns, 'left', ...open, words(`${figure(left)} credits`)),
      labelled(columns, 'ideal', ...open, words('not to be told yet', '')),
    ]
  }
  const { until, is } = horizon
  const most = mostLeft(burn)
  const told = burnColumns(burn, now, until, bar)
  const ideal = sparkline(idealColumns(burn, until, bar), most)
  const past = told.filter((value) => value !== null).length
  const end = `${is === 'deadline' ? 'to the deadline' : 'to the expected end'}, ${times.minute(until, now)}`
  // Against an end that is a guess itself nobody is ahead or behind.
  const byLine = is === 'end' ? [`${figure(left)} credits`] : behindWords(left - idealLeft(burn, now, until))
  const said = stayWords(prospect, summary.credits.budget) ?? byLine
  return [
    labelled(columns, 'left', ...spark(sparkline(told, most), past), words(...said, '')),
    labelled(columns, 'ideal', ...spark(ideal, past, 'plain'), words(end, times.minute(until, now), '')),
  ]
}

/** What is to come is faint. */
function spark(text: string, past: number, tone: Piece['tone'] = 'full'): Piece[] {
  return [piece(text.slice(0, past), tone), piece(text.slice(past), 'faint'), piece(text === '' ? '' : '  ')]
}

/** Credits for which there are no records, where they are worth a word. */
function stayWords(prospect: Prospect, budget: number): string[] | null {
  if (prospect.kind !== 'in-time' || prospect.credits < 0.01 * budget) return null
  const stays = `about ${roundCredits(prospect.credits)} would stay`
  return [`${stays}: there are no more records`, stays, `${roundCredits(prospect.credits)} stay`]
}

/** A guess has no more than two digits. */
function roundCredits(credits: number): string {
  return figure(Number(credits.toPrecision(2)))
}

/** `more`: credits left beyond those that the line has left. */
function behindWords(more: number): string[] {
  const credits = figure(Math.round(Math.abs(more)))
  if (credits === '0') return ['on the ideal line']
  return more > 0
    ? [`${credits} behind the ideal line`, `${credits} behind`]
    : [`${credits} ahead of the ideal line`, `${credits} ahead`]
}

export function endLine(columns: Columns, view: RunView, prospect: Prospect, now: number, times: Times): Line {
  const line = (tone: Piece['tone'], ...wordings: string[]) =>
    labelled(columns, 'end', piece(fitting(wordings, columns.words), tone))
  const stop = times.minute(view.deadline.stopAt, now)
  if (prospect.kind === 'late') {
    const by = about(prospect.byMs)
    const credits = roundCredits(prospect.credits)
    const stays = `about ${credits} credits would stay`
    return line(
      'trouble',
      `would be done ${by} after the deadline (${stop}): ${stays}`,
      `${by} after the deadline: ${stays}`,
      `${by} late: ${credits} would stay`,
    )
  }
  if (prospect.kind === 'open') {
    return line('faint', `${openWords(view)} · the deadline is ${stop}`, openWords(view))
  }
  const at = times.minute(prospect.endAt, now)
  const left = about(prospect.endAt - now)
  const before = about(prospect.beforeMs)
  return line(
    'good',
    `done about ${at}, in ${left} · ${before} before the deadline (${stop})`,
    `done about ${at} · ${before} before the deadline`,
    `done about ${at}, in ${left}`,
    `about ${at}`,
  )
}

function openWords({ stopping, controlRequest, databaseUnreachableSince }: RunView): string {
  if (stopping || controlRequest?.what === 'stop') return 'it stops early'
  if (controlRequest !== null) return 'open while it is paused'
  return databaseUnreachableSince === null ? 'not to be told yet' : 'open while the database is unreachable'
}

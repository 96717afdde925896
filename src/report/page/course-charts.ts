import { figure } from '../../domain/figure.ts'
import { ITEM_END_STATES } from '../../domain/item.ts'
import { roughly } from '../../domain/roughly.ts'
import { creditsChart } from '../charts/credits-chart.ts'
import { latencyChart, PERCENTILES } from '../charts/latency-chart.ts'
import { OUTCOME_WORDS, outcomesChart } from '../charts/outcomes-chart.ts'
import { paceChart } from '../charts/pace-chart.ts'
import type { TimeSpan } from '../charts/ticks.ts'
import { type Html, html, type Part } from '../html.ts'
import type { Course } from '../report.ts'
import { courseTable } from '../tables/course-table.ts'
import { markedChanges, paceTable } from '../tables/pace-table.ts'
import { htmlTable } from './html-table.ts'

/** How a run went: charts, and the same in figures. Null: nothing is to be seen yet, or any more. */
export function courseCharts(shown: Course): Html | null {
  const time = timeOf(shown)
  if (time === null) return null
  const table = courseTable(shown)
  return html`<p class="note">Times are those of ${shown.cycle.timeZone}.${shown.course.idle.length > 0 ? ' In grey: nobody worked on the run.' : null}</p>
${credits(shown, time)}${outcomes(shown, time)}${pace(shown, time)}${latency(shown, time)}${table === null ? null : htmlTable(table)}`
}

/** To the run's last sign, or where the ideal line ends, if that is later. */
function timeOf({ course, cycle }: Course): TimeSpan | null {
  const [first, last] = [course.points[0], course.points.at(-1)]
  if (first === undefined || last === undefined || first.at === last.at) return null
  const toAt = Math.max(Date.parse(last.at), Date.parse(course.ideal?.toAt ?? last.at))
  return { fromAt: Date.parse(first.at), toAt, timeZone: cycle.timeZone }
}

function credits(shown: Course, time: TimeSpan): Html {
  const legend = [
    ['line spent', 'spent'],
    ['line ideal', 'an even use'],
  ] as const
  return figureOf('Credits spent', creditsChart(shown, time), lines(legend))
}

function outcomes(shown: Course, time: TimeSpan): Html | null {
  const { everyMs, times } = shown.course.outcomes
  if (times.length === 0) return null
  const states = ITEM_END_STATES.filter((state) => shown.run.records[state] > 0)
  const legend = html`<ul class="legend">${states.map((state) => html`<li><svg viewBox="0 0 22 10" aria-hidden="true"><rect class="of-${state}" width="22" height="10"/></svg>${OUTCOME_WORDS[state]}</li>`)}</ul>`
  return figureOf(`Records, every ${everyWords(everyMs)}`, outcomesChart(shown, time), legend)
}

function pace(shown: Course, time: TimeSpan): Html | null {
  const table = paceTable(shown)
  if (table === null) return null
  const marked = markedChanges(shown).map(({ at }) => Date.parse(at))
  const rated = shown.course.points.some(({ pace }) => pace !== null && pace.perSecond !== null)
  return html`${figureOf('Calls allowed at once', paceChart(shown, time, 'concurrency', marked), html`<p class="note">The numbers are those of the list below.</p>`)}
${rated ? figureOf('Calls allowed a second', paceChart(shown, time, 'perSecond', []), null) : null}${htmlTable(table)}`
}

function latency(shown: Course, time: TimeSpan): Html | null {
  const { latencyMs } = shown
  if (latencyMs.p50 === null) return null
  const names = { p50: 'half of the calls', p95: '95 of 100', p99: '99 of 100' }
  const legend = PERCENTILES.map(
    (name) =>
      [`line ${name}`, `${names[name]} (${name}): ${figure(Math.round(latencyMs[name] ?? 0))} ms or less`] as const,
  )
  return figureOf('Latency', latencyChart(shown, time), lines(legend))
}

function figureOf(title: string, chart: Html, below: Part): Html {
  return html`<figure><h3>${title}</h3>${chart}${below}</figure>`
}

function lines(entries: readonly (readonly [name: string, words: string])[]): Html {
  return html`<ul class="legend">${entries.map(([name, words]) => html`<li><svg viewBox="0 0 22 10" aria-hidden="true"><path class="${name}" d="M0 5H22"/></svg>${words}</li>`)}</ul>`
}

function everyWords(everyMs: number): string {
  return everyMs < 10_000 ? `${figure(Math.round(everyMs / 100) / 10)} s` : roughly(everyMs)
}

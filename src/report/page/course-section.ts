import { figure } from '../../domain/figure.ts'
import { roughly } from '../../domain/roughly.ts'
import { creditsChart } from '../charts/credits-chart.ts'
import { latencyChart, PERCENTILES } from '../charts/latency-chart.ts'
import { OUTCOME_WORDS, outcomesChart } from '../charts/outcomes-chart.ts'
import { paceChart } from '../charts/pace-chart.ts'
import type { TimeSpan } from '../charts/ticks.ts'
import { type Html, html, type Part } from '../html.ts'
import type { Report } from '../report.ts'
import { courseTable } from '../tables/course-table.ts'
import { markedChanges, paceTable } from '../tables/pace-table.ts'
import { htmlTable } from './html-table.ts'

/** How the run went, over time. */
export function courseSection(report: Report): Html {
  const time = timeOf(report)
  if (time === null) {
    const why = report.pruned ? 'is not kept any more' : 'was too short to be shown'
    return html`<section><h2>Over time</h2><p class="note">The course of this run ${why}.</p></section>`
  }
  const table = courseTable(report)
  return html`<section><h2>Over time</h2><p class="note">Times are those of ${report.cycle.timeZone}.${report.course.idle.length > 0 ? ' In grey: nobody worked on the run.' : null}</p>
${credits(report, time)}${outcomes(report, time)}${pace(report, time)}${latency(report, time)}${table === null ? null : htmlTable(table)}</section>`
}

/** To the run's last sign, or where the ideal line ends, if that is later. */
function timeOf({ course, cycle }: Report): TimeSpan | null {
  const [first, last] = [course.points[0], course.points.at(-1)]
  if (first === undefined || last === undefined || first.at === last.at) return null
  const toAt = Math.max(Date.parse(last.at), Date.parse(course.ideal?.toAt ?? last.at))
  return { fromAt: Date.parse(first.at), toAt, timeZone: cycle.timeZone }
}

function credits(report: Report, time: TimeSpan): Html {
  const legend = [
    ['line spent', 'spent'],
    ['line ideal', 'the straight line to the whole budget'],
  ] as const
  return figureOf('Credits spent', creditsChart(report, time), lines(legend))
}

function outcomes(report: Report, time: TimeSpan): Html | null {
  const { everyMs, times } = report.course.outcomes
  if (times.length === 0) return null
  const shown = (['refreshed', 'notFound', 'failed', 'unknown', 'superseded'] as const).filter(
    (state) => report.run.records[state] > 0,
  )
  const legend = html`<ul class="legend">${shown.map((state) => html`<li><svg viewBox="0 0 22 10" aria-hidden="true"><rect class="of-${state}" width="22" height="10"/></svg>${OUTCOME_WORDS[state]}</li>`)}</ul>`
  return figureOf(`Records, every ${everyWords(everyMs)}`, outcomesChart(report, time), legend)
}

function pace(report: Report, time: TimeSpan): Html | null {
  const table = paceTable(report)
  if (table === null) return null
  const marked = markedChanges(report).map(({ at }) => Date.parse(at))
  const rated = report.course.points.some(({ pace }) => pace !== null && pace.perSecond !== null)
  return html`${figureOf('Calls allowed at once', paceChart(report, time, 'concurrency', marked), html`<p class="note">The numbers are those of the list below.</p>`)}
${rated ? figureOf('Calls allowed a second', paceChart(report, time, 'perSecond', []), null) : null}${htmlTable(table)}`
}

function latency(report: Report, time: TimeSpan): Html | null {
  const { latencyMs } = report
  if (latencyMs.p50 === null) return null
  const names = { p50: 'half of the calls', p95: '95 of 100', p99: '99 of 100' }
  const legend = PERCENTILES.map(
    (name) =>
      [`line ${name}`, `${names[name]} (${name}): ${figure(Math.round(latencyMs[name] ?? 0))} ms or less`] as const,
  )
  return figureOf('Latency', latencyChart(report, time), lines(legend))
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

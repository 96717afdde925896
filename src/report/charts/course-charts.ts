import { ITEM_END_STATES } from '../../domain/call/item.ts'
import { roughly } from '../../domain/time/roughly.ts'
import { figure, percent } from '../../domain/words/figure.ts'
import { OUTCOME_WORDS } from '../../domain/words/words.ts'
import { type Html, html, type Part } from '../html.ts'
import { htmlTable } from '../page/html-table.ts'
import type { Course } from '../report.ts'
import { courseTable, markedChanges, paceTable } from '../tables/course-tables.ts'
import { amountScale, chart, type Frame, logScale } from './frame.ts'
import { area, bands, columns, line, marks, type Point, steps } from './shapes.ts'
import { durationLabel, type TimeSpan } from './ticks.ts'

/** How a run went, in charts and in figures; null: there is nothing to show. */
export function courseCharts(shown: Course): Html | null {
  const time = timeOf(shown)
  if (time === null) return null
  const tables = [paceTable(shown), courseTable(shown)]
  return html`<p class="note">Times are those of ${shown.cycle.timeZone}.${shown.course.idle.length > 0 ? ' In grey: no process worked on the run.' : null}</p>
${credits(shown, time)}${outcomes(shown, time)}${pace(shown, time)}${latency(shown, time)}${tables.map((table) => (table === null ? null : htmlTable(table)))}`
}

/** To the last snapshot, or to the end of the ideal line, if that is later. */
function timeOf({ course, cycle }: Course): TimeSpan | null {
  const [first, last] = [course.points[0], course.points.at(-1)]
  if (first === undefined || last === undefined || first.at === last.at) return null
  const toAt = Math.max(Date.parse(last.at), Date.parse(course.ideal?.toAt ?? last.at))
  return { fromAt: Date.parse(first.at), toAt, timeZone: cycle.timeZone }
}

function credits({ course, run }: Course, time: TimeSpan): Html {
  const { spent, budget } = run.credits
  const { ideal } = course
  const points = withGaps(
    course.points.map(({ at, credits }): Point => [Date.parse(at), credits.spent]),
    course,
  )
  const straight: Point[] =
    ideal === null ? [] : [[Date.parse(ideal.fromAt), 0] as const, [Date.parse(ideal.toAt), ideal.budget] as const]
  const words = `Credits spent over time: ${figure(spent)} of ${figure(budget)} (${percent(spent, budget)}) at the end`
  const drawn = chart(words, time, amountScale(Math.max(ideal?.budget ?? 0, spent)), (frame) => [
    idle(course, frame),
    area(points, frame, 'spent'),
    line(straight, frame, 'ideal'),
    line(points, frame, 'spent'),
  ])
  const legend = lineLegend([
    ['line spent', 'spent'],
    ['line ideal', 'an even use'],
  ])
  return figureOf('Credits spent', drawn, legend)
}

/** Records by outcome, in stacked columns. */
function outcomes({ course, run }: Course, time: TimeSpan): Html | null {
  const { everyMs, times } = course.outcomes
  if (times.length === 0) return null
  const states = ITEM_END_STATES.filter((state) => run.records[state] > 0)
  const endAt = Date.parse(course.points.at(-1)?.at ?? '')
  const stacked = states.map((state, place) => {
    const all = times.map(({ at, records }) => {
      const fromAt = Date.parse(at)
      const base = states.slice(0, place).reduce((sum, below) => sum + records[below], 0)
      return { fromAt, toAt: Math.min(endAt, fromAt + everyMs), base, top: base + records[state] }
    })
    return [state, all] as const
  })
  const most = Math.max(1, ...stacked.flatMap(([, all]) => all.map(({ top }) => top)))
  const counts = states.map((state) => `${figure(run.records[state])} ${OUTCOME_WORDS[state]}`)
  const words = `Records by outcome, over time; in all ${counts.join(', ')}`
  const drawn = chart(words, time, amountScale(most), (frame) =>
    stacked.map(([state, all]) => columns(all, frame, `of-${state}`)),
  )
  const key = (name: string) => html`<rect class="of-${name}" width="22" height="10"/>`
  const legend = legendOf(states.map((state) => [key(state), OUTCOME_WORDS[state]]))
  return figureOf(`Records, every ${everyWords(everyMs)}`, drawn, legend)
}

/** The calls allowed over time, with the reasons for changes: their numbers, which the list below has, and words where there is space. */
function pace(shown: Course, time: TimeSpan): Html | null {
  const { course } = shown
  const marked = markedChanges(shown).map(({ at, reason }) => ({ at: Date.parse(at), words: reason }))
  if (marked.length === 0) return null
  const drawn = (title: string, of: 'concurrency' | 'perSecond', numbers: typeof marked, below: Html | null) => {
    const points = withGaps(
      course.points.flatMap(({ at, pace }): Point[] => (pace?.[of] == null ? [] : [[Date.parse(at), pace[of]]])),
      course,
    )
    const most = Math.max(1e-3, ...points.map(([, value]) => value ?? 0))
    // Leaves space for the numbers above the line.
    const scale = amountScale(numbers.length === 0 ? most : most * 1.4)
    const drawn = chart(`${title}, over time: ${figure(most)} at most`, time, scale, (frame) => [
      idle(course, frame),
      marks(numbers, frame),
      steps(points, frame, 'pace'),
    ])
    return figureOf(title, drawn, below)
  }
  const note = html`<p class="note">The numbers are those of the list below.</p>`
  const rated = course.points.some(({ pace }) => pace !== null && pace.perSecond !== null)
  return html`${drawn('Parallel calls allowed', 'concurrency', marked, note)}
${rated ? drawn('Calls allowed a second', 'perSecond', [], null) : null}`
}

const PERCENTILES = { p50: 'half of the calls', p95: '95 of 100', p99: '99 of 100' } as const

function latency({ course, latencyMs }: Course, time: TimeSpan): Html | null {
  if (latencyMs.p50 === null) return null
  const names = Object.keys(PERCENTILES) as (keyof typeof PERCENTILES)[]
  const lines = names.map((name) => {
    return [name, course.points.slice(1).map(({ at, latencyMs }): Point => [Date.parse(at), latencyMs[name]])] as const
  })
  const values = lines.flatMap(([, points]) => points.flatMap(([, value]) => value ?? []))
  const least = values.reduce((a, b) => Math.min(a, b), 1e9)
  const most = values.reduce((a, b) => Math.max(a, b), 1)
  const whole = names.map((name) => `${name} ${latencyMs[name] === null ? '–' : durationLabel(latencyMs[name])}`)
  const words = `Latency of calls over time; over the whole run ${whole.join(', ')}`
  const drawn = chart(words, time, logScale(least, most), (frame) => [
    idle(course, frame),
    lines.map(([name, points]) => line(withGaps(points, course), frame, name)),
  ])
  const legend = names.map((name) => {
    const atMost = figure(Math.round(latencyMs[name] ?? 0))
    return [`line ${name}`, `${PERCENTILES[name]} (${name}): ${atMost} ms or less`] as const
  })
  return figureOf('Latency', drawn, lineLegend(legend))
}

/** A line ends where nobody works on the run any more, and begins anew after that. */
function withGaps(points: readonly Point[], { idle }: Course['course']): Point[] {
  const gaps = idle.map(({ fromAt }): Point => [Date.parse(fromAt) + 1, null])
  return [...points, ...gaps].toSorted(([a], [b]) => a - b)
}

function idle({ idle }: Course['course'], frame: Frame): Html {
  const times = idle.map(({ fromAt, toAt }) => ({ fromAt: Date.parse(fromAt), toAt: Date.parse(toAt) }))
  return bands(times, frame, 'idle')
}

function figureOf(title: string, chart: Html, below: Part): Html {
  return html`<figure><h3>${title}</h3>${chart}${below}</figure>`
}

function lineLegend(entries: readonly (readonly [name: string, words: string])[]): Html {
  return legendOf(entries.map(([name, words]) => [html`<path class="${name}" d="M0 5H22"/>`, words]))
}

function legendOf(entries: readonly (readonly [key: Html, words: string])[]): Html {
  return html`<ul class="legend">${entries.map(([key, words]) => html`<li><svg viewBox="0 0 22 10" aria-hidden="true">${key}</svg>${words}</li>`)}</ul>`
}

function everyWords(everyMs: number): string {
  return everyMs < 10_000 ? `${figure(Math.round(everyMs / 100) / 10)} s` : roughly(everyMs)
}

import { fineTime } from '../../domain/time/zoned-time.ts'
import { figure } from '../../domain/words/figure.ts'
import { largest } from '../pace-changes.ts'
import type { Course } from '../report.ts'
import { figures, type Table, words } from './table.ts'

const MOST_ROWS = 12

/** The course in a few figures, for whoever cannot see the charts; null: not known. */
export function courseTable(report: Course): Table | null {
  const { points } = report.course
  if (points.length < 2) return null
  const count = Math.min(MOST_ROWS, points.length)
  const places = Array.from({ length: count }, (_, at) => Math.round((at * (points.length - 1)) / (count - 1)))
  const time = timesOf(report)
  return {
    caption: 'The course in figures',
    columns: [words('When'), figures('Spent'), figures('Refreshed'), figures('Parallel'), figures('p95 ms')],
    rows: [...new Set(places)].flatMap((place) => {
      const point = points[place]
      if (point === undefined) return []
      const { at, credits, records, pace, latencyMs } = point
      const { p95 } = latencyMs
      const ms = p95 === null ? '–' : figure(Math.round(p95))
      const parallel = pace === null ? '–' : figure(pace.concurrency)
      return [{ cells: [time(at), figure(credits.spent), figure(records.refreshed), parallel, ms] }]
    }),
  }
}

const MOST_MARKED = 24

/** The changes of the pace that are listed, and numbered on the chart. */
export function markedChanges({ course }: Course): Course['course']['pace']['changes'] {
  return largest(course.pace.changes, MOST_MARKED)
}

/** Null: the pace is not known. */
export function paceTable(report: Course): Table | null {
  const marked = markedChanges(report)
  if (marked.length === 0) return null
  const { changes, leftOut } = report.course.pace
  const time = timesOf(report)
  const rated = marked.some(({ perSecond }) => perSecond !== null)
  const more = changes.length - marked.length + leftOut
  return {
    caption: 'The pace, and why it changed',
    columns: [words('When'), figures('Parallel'), ...(rated ? [figures('A second')] : [])],
    detail: 'Why',
    rows: marked.map(({ at, concurrency, perSecond, reason, times }, place) => ({
      cells: [
        `${place + 1} · ${time(at)}`,
        figure(concurrency),
        ...(rated ? [perSecond === null ? '–' : figure(perSecond)] : []),
      ],
      detail: `${reason}${times > 1 ? ` (${figure(times)} times)` : ''}`,
    })),
    note: more > 0 ? `${figure(more)} smaller changes are not listed.` : undefined,
  }
}

function timesOf({ course: { points }, cycle }: Course): (at: string) => string {
  const spanMs = Date.parse(points.at(-1)?.at ?? '') - Date.parse(points[0]?.at ?? '')
  return (at) => fineTime(Date.parse(at), cycle.timeZone, spanMs)
}

import { figure } from '../../domain/figure.ts'
import type { Course } from '../report.ts'
import { fineTime } from '../zoned-time.ts'
import { figures, type Table, words } from './table.ts'

const MOST_ROWS = 12

/** The course in a few figures, for whoever cannot see the charts; null: nothing is known of it. */
export function courseTable({ course, cycle }: Course): Table | null {
  const { points } = course
  if (points.length < 2) return null
  const count = Math.min(MOST_ROWS, points.length)
  const places = Array.from({ length: count }, (_, at) => Math.round((at * (points.length - 1)) / (count - 1)))
  const ms = (latency: number | null) => (latency === null ? '–' : figure(Math.round(latency)))
  const span = Date.parse(points.at(-1)?.at ?? '') - Date.parse(points[0]?.at ?? '')
  return {
    caption: 'The course in figures',
    columns: [words('When'), figures('Spent'), figures('Refreshed'), figures('At once'), figures('p95 ms')],
    rows: [...new Set(places)].flatMap((place) => {
      const point = points[place]
      if (point === undefined) return []
      const { at, credits, records, pace, latencyMs } = point
      const amounts = [figure(credits.spent), figure(records.refreshed), pace === null ? '–' : figure(pace.concurrency)]
      return [{ cells: [fineTime(Date.parse(at), cycle.timeZone, span), ...amounts, ms(latencyMs.p95)] }]
    }),
  }
}

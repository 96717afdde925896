import { figure } from '../../domain/figure.ts'
import { largest } from '../pace-changes.ts'
import type { Course, ShownPaceChange } from '../report.ts'
import { fineTime } from '../zoned-time.ts'
import { figures, type Table, words } from './table.ts'

/** So many changes are listed, and marked on the chart. */
const MOST_MARKED = 24

/** The largest changes of the pace, in their order: the first is number 1 on the chart. */
export function markedChanges({ course }: Course): ShownPaceChange[] {
  return largest(course.pace.changes, MOST_MARKED)
}

/** What the pace became, and why; null: nothing is known of it. */
export function paceTable(report: Course): Table | null {
  const marked = markedChanges(report)
  if (marked.length === 0) return null
  const { course, cycle } = report
  const { points } = course
  const span = Date.parse(points.at(-1)?.at ?? '') - Date.parse(points[0]?.at ?? '')
  const rated = marked.some(({ perSecond }) => perSecond !== null)
  const more = course.pace.changes.length - marked.length + course.pace.leftOut
  return {
    caption: 'The pace, and why it changed',
    columns: [words('When'), figures('At once'), ...(rated ? [figures('A second')] : [])],
    detail: 'Why',
    rows: marked.map((change, place) => ({
      cells: [
        `${place + 1} · ${fineTime(Date.parse(change.at), cycle.timeZone, span)}`,
        figure(change.concurrency),
        ...(rated ? [change.perSecond === null ? '–' : figure(change.perSecond)] : []),
      ],
      detail: `${change.reason}${change.times > 1 ? ` (${figure(change.times)} times)` : ''}`,
    })),
    ...(more > 0 ? { note: `${figure(more)} smaller changes are not listed.` } : {}),
  }
}

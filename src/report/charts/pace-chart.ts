import { figure } from '../../domain/figure.ts'
import type { Html } from '../html.ts'
import type { Course } from '../report.ts'
import { idleOf } from './credits-chart.ts'
import { chart, height } from './frame.ts'
import { bands, marks, type Point, steps } from './shapes.ts'
import { amountTicks, type TimeSpan } from './ticks.ts'

/** What of a pace is drawn. */
export type PaceFigure = 'concurrency' | 'perSecond'

/** Calls allowed over time, with the numbers of the changes that are listed below it. */
export function paceChart({ course }: Course, time: TimeSpan, of: PaceFigure, marked: readonly number[]): Html {
  const points = course.points.map(({ at, pace }): Point => [Date.parse(at), pace?.[of] ?? null])
  const most = Math.max(1e-3, ...points.map(([, value]) => value ?? 0))
  // Room for the numbers above the line.
  const ticks = amountTicks(marked.length === 0 ? most : most * 1.4)
  const top = ticks.at(-1)?.value ?? 1
  const what = of === 'concurrency' ? 'Calls allowed at once' : 'Calls allowed a second'
  return chart(
    `${what}, over time: ${figure(most)} at most`,
    time,
    (size) => (value) => height(size, value / top),
    ticks,
    (frame) => [bands(idleOf(course), frame, 'idle'), marks(marked, frame), steps(points, frame, 'pace')],
  )
}

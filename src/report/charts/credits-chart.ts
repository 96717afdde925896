import { figure, percent } from '../../domain/figure.ts'
import type { Html } from '../html.ts'
import type { Course } from '../report.ts'
import { chart, height } from './frame.ts'
import { area, bands, line, type Point } from './shapes.ts'
import { amountTicks, type TimeSpan } from './ticks.ts'

/** Credits spent over time, beside the straight line to the whole budget. */
export function creditsChart({ course, run }: Course, time: TimeSpan): Html {
  const spent = course.points.map(({ at, credits }): Point => [Date.parse(at), credits.spent])
  const { ideal } = course
  const straight: Point[] =
    ideal === null
      ? []
      : [
          [Date.parse(ideal.fromAt), 0],
          [Date.parse(ideal.toAt), ideal.budget],
        ]
  const ticks = amountTicks(Math.max(ideal?.budget ?? 0, run.credits.spent))
  const top = ticks.at(-1)?.value ?? 1
  const words = `Credits spent over time: ${figure(run.credits.spent)} of ${figure(run.credits.budget)} (${percent(run.credits.spent, run.credits.budget)}) at the end`
  return chart(
    words,
    time,
    (size) => (credits) => height(size, credits / top),
    ticks,
    (frame) => [
      bands(idleOf(course), frame, 'idle'),
      area(spent, frame, 'spent'),
      line(straight, frame, 'ideal'),
      line(spent, frame, 'spent'),
    ],
  )
}

/** Times in which nobody worked, epoch milliseconds. */
export function idleOf({ idle }: Course['course']): { fromAt: number; toAt: number }[] {
  return idle.map(({ fromAt, toAt }) => ({ fromAt: Date.parse(fromAt), toAt: Date.parse(toAt) }))
}

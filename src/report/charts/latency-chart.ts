import { figure } from '../../domain/figure.ts'
import type { Html } from '../html.ts'
import type { Course } from '../report.ts'
import { idleOf } from './credits-chart.ts'
import { chart, height } from './frame.ts'
import { bands, line, type Point } from './shapes.ts'
import { logTicks, type TimeSpan } from './ticks.ts'

export const PERCENTILES = ['p50', 'p95', 'p99'] as const

/** Latency percentiles over time, on a scale on which twice as long is always as far. */
export function latencyChart({ course, latencyMs }: Course, time: TimeSpan): Html {
  const lines = PERCENTILES.map((name) => ({
    name,
    points: course.points.slice(1).map(({ at, latencyMs }): Point => [Date.parse(at), latencyMs[name]]),
  }))
  const values = lines.flatMap(({ points }) => points.flatMap(([, value]) => (value === null ? [] : [value])))
  const ticks = logTicks(
    values.reduce((a, b) => Math.min(a, b), 1e9),
    values.reduce((a, b) => Math.max(a, b), 1),
  )
  const [least, most] = [Math.log(ticks[0] ?? 1), Math.log(ticks.at(-1) ?? 10)]
  const words = PERCENTILES.map((name) => `${name} ${latencyMs[name] === null ? '–' : `${figure(latencyMs[name])} ms`}`)
  return chart(
    `Latency of calls over time; over the whole run ${words.join(', ')}`,
    time,
    (size) => (ms) => height(size, (Math.log(ms) - least) / Math.max(1e-9, most - least)),
    ticks.map((value) => ({ value, label: durationLabel(value) })),
    (frame) => [bands(idleOf(course), frame, 'idle'), lines.map(({ name, points }) => line(points, frame, name))],
  )
}

function durationLabel(ms: number): string {
  return ms >= 1_000 ? `${figure(ms / 1_000)} s` : `${figure(ms)} ms`
}

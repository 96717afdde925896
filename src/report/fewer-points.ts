import { mergedCounts } from '../domain/latency-counts.ts'
import type { RunSnapshot } from '../domain/run-snapshot.ts'

/** So many points make a line on any screen. */
export const MOST_POINTS = 300

/**
 * A course in so many points at most, evenly in time. Sums are those at each point; the latencies are of all calls
 * since the point before, so that none is lost.
 */
export function fewerPoints(course: readonly RunSnapshot[], most = MOST_POINTS): RunSnapshot[] {
  const [first, last] = [course[0], course.at(-1)]
  if (first === undefined || last === undefined || course.length <= most) return [...course]
  const span = Math.max(1, last.at - first.at)
  const groups = new Map<number, RunSnapshot[]>()
  for (const each of course.slice(1)) {
    const place = Math.min(most - 2, Math.max(0, Math.floor(((each.at - first.at) / span) * (most - 1))))
    groups.set(place, [...(groups.get(place) ?? []), each])
  }
  return [first, ...[...groups.values()].map(oneOf)]
}

function oneOf(group: readonly RunSnapshot[]): RunSnapshot {
  return { ...(group.at(-1) as RunSnapshot), latencies: mergedCounts(group.map(({ latencies }) => latencies)) }
}

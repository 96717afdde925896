import type { RunSnapshot } from '../domain/run-snapshot.ts'

/** A time in which no process worked on the run. Epoch milliseconds. */
export interface IdleTime {
  readonly fromAt: number
  readonly toAt: number
}

const MOST = 20
/** What is shorter is not seen. */
const SHARE = 1 / 50
const SHORTEST_MS = 2_000

/** The longest times in which nobody worked on the run, in their order. */
export function idleTimes(course: readonly RunSnapshot[]): IdleTime[] {
  const shortest = Math.max(SHORTEST_MS, ((course.at(-1)?.at ?? 0) - (course[0]?.at ?? 0)) * SHARE)
  const all = course.slice(1).flatMap((after, at): IdleTime[] => {
    const before = course[at] as RunSnapshot
    const idleMs = after.at - before.at - Math.max(0, after.activeMs - before.activeMs)
    // A process takes its first snapshot as it begins: what it had worked by then was at the end.
    return idleMs < shortest ? [] : [{ fromAt: before.at, toAt: before.at + idleMs }]
  })
  const longest = all.toSorted((a, b) => b.toAt - b.fromAt - (a.toAt - a.fromAt)).slice(0, MOST)
  return longest.toSorted((a, b) => a.fromAt - b.fromAt)
}

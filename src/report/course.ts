import { ITEM_END_STATES, type ItemCounts, type ItemEndState } from '../domain/call/item.ts'
import type { AllowedPace } from '../domain/run/kept-pace.ts'
import { mergedCounts } from '../domain/run/latency-counts.ts'
import { latencyPercentiles, type RunSnapshot, type ShownSnapshot, shownSnapshot } from '../domain/run/run-snapshot.ts'
import { iso } from '../domain/time/iso.ts'
import { cutText } from './cut-text.ts'
import { paceChanges } from './pace-changes.ts'
import { roundTime } from './round-times.ts'

/** The course as the report's JSON has it: instants are ISO 8601. */
export interface ShownCourse {
  /** Evenly in time; latencies are of the calls since the point before. */
  readonly points: readonly ShownSnapshot[]
  /** A straight line from 0 to the budget; null where nothing is known of the course. */
  readonly ideal: { readonly fromAt: string; readonly toAt: string; readonly budget: number } | null
  /** The longest times in which no process worked on the run. */
  readonly idle: readonly { readonly fromAt: string; readonly toAt: string }[]
  /** The largest changes of the pace, one after another for the same reason as one, and how many smaller are left out. */
  readonly pace: {
    readonly changes: readonly (AllowedPace & {
      readonly at: string
      readonly lastAt: string
      readonly times: number
    })[]
    readonly leftOut: number
  }
  /** Records by outcome in equal periods, of which the last may be shorter; `at`: their begin. */
  readonly outcomes: {
    readonly everyMs: number
    readonly times: readonly { readonly at: string; readonly records: ItemCounts }[]
  }
}

const MOST_REASON = 300

/** How a run went, by its snapshots. `ideal`: the budget, and when it would be spent if it were spent evenly. */
export function courseOf(
  snapshots: readonly RunSnapshot[],
  ideal: { readonly budget: number; readonly until: number },
): { readonly course: ShownCourse; readonly latencyMs: ShownSnapshot['latencyMs'] } {
  const { changes, leftOut } = paceChanges(snapshots)
  const { everyMs, times } = outcomeRates(snapshots)
  const [first] = snapshots
  const course = {
    points: fewerPoints(snapshots).map(shownSnapshot),
    ideal: first === undefined ? null : { fromAt: iso(first.at), toAt: iso(ideal.until), budget: ideal.budget },
    idle: idleTimes(snapshots).map(({ fromAt, toAt }) => ({ fromAt: iso(fromAt), toAt: iso(toAt) })),
    pace: {
      changes: changes.map((change) => ({
        ...change,
        at: iso(change.at),
        lastAt: iso(change.lastAt),
        reason: cutText(change.reason, MOST_REASON),
      })),
      leftOut,
    },
    outcomes: { everyMs, times: times.map(({ at, records }) => ({ at: iso(at), records })) },
  }
  return { course, latencyMs: latencyPercentiles(mergedCounts(snapshots.map(({ latencies }) => latencies))) }
}

export const MOST_POINTS = 300

/** At most so many points, evenly in time. Sums are those at each point; latencies are of all calls since the one before. */
export function fewerPoints(course: readonly RunSnapshot[], most = MOST_POINTS): RunSnapshot[] {
  const [first, last] = [course[0], course.at(-1)]
  if (first === undefined || last === undefined || course.length <= most) return [...course]
  const span = Math.max(1, last.at - first.at)
  const groups = new Map<number, RunSnapshot[]>()
  for (const each of course.slice(1)) {
    const place = Math.min(most - 2, Math.max(0, Math.floor(((each.at - first.at) / span) * (most - 1))))
    groups.set(place, [...(groups.get(place) ?? []), each])
  }
  const joined = [...groups.values()].map((group) => ({
    ...(group.at(-1) as RunSnapshot),
    latencies: mergedCounts(group.map(({ latencies }) => latencies)),
  }))
  return [first, ...joined]
}

const MOST_IDLE = 20
/** Shorter times are not shown: shorter than this share of the whole, or than so many ms. */
const IDLE_SHARE = 1 / 50
const SHORTEST_IDLE_MS = 2_000

/** The longest times in which no process worked on the run, in their order; epoch milliseconds. */
export function idleTimes(course: readonly RunSnapshot[]): { readonly fromAt: number; readonly toAt: number }[] {
  const shortest = Math.max(SHORTEST_IDLE_MS, ((course.at(-1)?.at ?? 0) - (course[0]?.at ?? 0)) * IDLE_SHARE)
  const all = course.slice(1).flatMap((after, at) => {
    const before = course[at] as RunSnapshot
    const idleMs = after.at - before.at - Math.max(0, after.activeMs - before.activeMs)
    // A process takes its first snapshot as it begins: what it had worked by then was at the end.
    return idleMs < shortest ? [] : [{ fromAt: before.at, toAt: before.at + idleMs }]
  })
  const longest = all.toSorted((a, b) => b.toAt - b.fromAt - (a.toAt - a.fromAt)).slice(0, MOST_IDLE)
  return longest.toSorted((a, b) => a.fromAt - b.fromAt)
}

const MOST_TIMES = 60
/** Over a shorter time, a few records more or less look like a change. */
const SHORTEST_MS = 5_000

/**
 * Records by outcome in equal periods (the last may be shorter); `at`: their begin, epoch ms. Between two snapshots,
 * records count as if they had ended evenly while somebody worked on the run.
 */
export function outcomeRates(course: readonly RunSnapshot[]) {
  const [first, last] = [course[0], course.at(-1)]
  if (first === undefined || last === undefined || last.at <= first.at) return { everyMs: 0, times: [] }
  const span = last.at - first.at
  const everyMs = Math.max(SHORTEST_MS, roundTime(span, MOST_TIMES))
  const bounds = Array.from({ length: Math.ceil(span / everyMs) }, (_, place) => first.at + place * everyMs)
  const sums = [...sumsAt(course, bounds), last.items]
  const times = bounds.map((at, place) => {
    const [before, after] = [sums[place] as ItemCounts, sums[place + 1] as ItemCounts]
    return { at, records: each((state) => after[state] - before[state]) }
  })
  return { everyMs, times }
}

/** The sums at ascending instants, in whole records. */
function sumsAt(course: readonly RunSnapshot[], instants: readonly number[]): ItemCounts[] {
  let next = 0
  return instants.map((at) => {
    while (next < course.length - 1 && (course[next] as RunSnapshot).at < at) next += 1
    const after = course[next] as RunSnapshot
    const before = course[Math.max(0, next - 1)] as RunSnapshot
    // Nothing ended while no process worked on the run, which was before it began again.
    const idleMs = Math.max(0, after.at - before.at - Math.max(0, after.activeMs - before.activeMs))
    const worked = after.at - before.at - idleMs
    const share = worked <= 0 ? Number(at >= after.at) : clamped((at - before.at - idleMs) / worked)
    return each((state) => Math.round(before.items[state] + share * (after.items[state] - before.items[state])))
  })
}

function clamped(share: number): number {
  return Math.min(1, Math.max(0, share))
}

function each(count: (state: ItemEndState) => number): ItemCounts {
  return Object.fromEntries(ITEM_END_STATES.map((state) => [state, count(state)])) as unknown as ItemCounts
}

import { ITEM_END_STATES, type ItemCounts, type ItemEndState } from '../domain/item.ts'
import type { RunSnapshot } from '../domain/run-snapshot.ts'
import { roundTime } from './round-times.ts'

/** How records ended in one of many equal times. */
export interface OutcomeTime {
  /** Its begin, epoch milliseconds. */
  readonly at: number
  readonly records: ItemCounts
}

export interface OutcomeRates {
  /** The last may be shorter. */
  readonly everyMs: number
  readonly times: readonly OutcomeTime[]
}

const MOST_TIMES = 60

/** How many records ended how, over time. Between two snapshots they are taken to have ended evenly; all are counted. */
export function outcomeRates(course: readonly RunSnapshot[], most = MOST_TIMES): OutcomeRates {
  const first = course[0]
  const last = course.at(-1) as RunSnapshot
  const span = first === undefined ? 0 : last.at - first.at
  if (first === undefined || span <= 0) return { everyMs: 0, times: [] }
  const everyMs = roundTime(span, most)
  const bounds = Array.from({ length: Math.ceil(span / everyMs) }, (_, place) => first.at + place * everyMs)
  const sums = [...sumsAt(course, bounds), last.items]
  const times = sums.slice(1).map((after, place): OutcomeTime => {
    const before = sums[place] as ItemCounts
    return { at: bounds[place] as number, records: each((state) => after[state] - before[state]) }
  })
  return { everyMs, times }
}

/** The sums at instants that go up; whole records. */
function sumsAt(course: readonly RunSnapshot[], instants: readonly number[]): ItemCounts[] {
  let next = 0
  return instants.map((at) => {
    while (next < course.length - 1 && (course[next] as RunSnapshot).at < at) next += 1
    const after = course[next] as RunSnapshot
    const before = course[Math.max(0, next - 1)] as RunSnapshot
    const share = after.at <= before.at ? 1 : Math.min(1, (at - before.at) / (after.at - before.at))
    return each((state) => Math.round(before.items[state] + share * (after.items[state] - before.items[state])))
  })
}

function each(count: (state: ItemEndState) => number): ItemCounts {
  return Object.fromEntries(ITEM_END_STATES.map((state) => [state, count(state)])) as unknown as ItemCounts
}

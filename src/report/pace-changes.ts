import type { AllowedPace } from '../domain/run/kept-pace.ts'
import type { RunSnapshot } from '../domain/run/run-snapshot.ts'

/** Changes of the pace, one after another, for the same reason. */
interface PaceChange extends AllowedPace {
  /** The first of them, and the last; epoch milliseconds. */
  readonly at: number
  readonly lastAt: number
  readonly times: number
}

export const MOST_CHANGES = 100

/** The largest changes of the pace, in their order, and how many smaller ones are left out. */
export function paceChanges(course: readonly RunSnapshot[], most = MOST_CHANGES) {
  const groups = grouped(course)
  const changes = largest(groups, most)
  return { changes, leftOut: groups.length - changes.length }
}

/** Those by which the pace changed most, in their order. */
export function largest<P extends Paced>(all: readonly P[], most: number): P[] {
  const weighed = all.map((change, place) => ({ change, place, weight: weightOf(all[place - 1], change) }))
  const kept = weighed.toSorted((a, b) => b.weight - a.weight).slice(0, most)
  return kept.toSorted((a, b) => a.place - b.place).map(({ change }) => change)
}

type Paced = Pick<AllowedPace, 'concurrency' | 'perSecond'>

function grouped(course: readonly RunSnapshot[]): PaceChange[] {
  const groups: PaceChange[] = []
  for (const { at, pace } of course) {
    if (pace === null) continue
    const last = groups.at(-1)
    if (last !== undefined && isSame(last, pace)) continue
    const again = last !== undefined && shapeOf(last.reason) === shapeOf(pace.reason)
    if (again) groups[groups.length - 1] = { ...pace, at: last.at, lastAt: at, times: last.times + 1 }
    else groups.push({ ...pace, at, lastAt: at, times: 1 })
  }
  return groups
}

function isSame(a: AllowedPace, b: AllowedPace): boolean {
  return a.concurrency === b.concurrency && a.perSecond === b.perSecond && a.reason === b.reason
}

/** A reason without its figures. */
function shapeOf(reason: string): string {
  return reason.replace(/\d+(\.\d+)?/g, '#')
}

/** How much a pace changed, up or down; the first counts most. */
function weightOf(before: Paced | undefined, after: Paced): number {
  if (before === undefined) return Number.POSITIVE_INFINITY
  const ratio = (a: number | null, b: number | null) =>
    a === b ? 0 : a === null || b === null ? 1 : Math.abs(Math.log((b || 1e-3) / (a || 1e-3)))
  return ratio(before.concurrency, after.concurrency) + ratio(before.perSecond, after.perSecond)
}

import type { AllowedPace } from '../domain/run/kept-pace.ts'
import type { RunSnapshot } from '../domain/run/run-snapshot.ts'

/** A change of the pace that its snapshots show; several in a row for the same reason are one. */
export interface PaceChange extends AllowedPace {
  /** Epoch milliseconds: of the first of them, and of the last. */
  readonly at: number
  readonly lastAt: number
  readonly times: number
}

export interface PaceChanges {
  readonly changes: readonly PaceChange[]
  /** Smaller ones that are not among them. */
  readonly leftOut: number
}

export const MOST_CHANGES = 100

/** What the pace became, and why: the largest changes, in their order. */
export function paceChanges(course: readonly RunSnapshot[], most = MOST_CHANGES): PaceChanges {
  const groups = grouped(course)
  const changes = largest(groups, most)
  return { changes, leftOut: groups.length - changes.length }
}

/** So many of them at most, those by which the pace changed most, in their order. */
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

/** By how much a pace changed, whichever way; the first counts most. */
function weightOf(before: Paced | undefined, after: Paced): number {
  if (before === undefined) return Number.POSITIVE_INFINITY
  const ratio = (a: number | null, b: number | null) =>
    a === b ? 0 : a === null || b === null ? 1 : Math.abs(Math.log((b || 1e-3) / (a || 1e-3)))
  return ratio(before.concurrency, after.concurrency) + ratio(before.perSecond, after.perSecond)
}

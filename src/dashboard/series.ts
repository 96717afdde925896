import { toDecimal } from '../domain/credits.ts'
import { ITEM_END_STATES, type ItemCounts } from '../domain/item.ts'
import type { RunSummary } from '../domain/run.ts'
import { latencyPercentiles, type RunSnapshot } from '../domain/run-snapshot.ts'

type Values = readonly (number | null)[]

/** A run's course as charts take it: all columns are as long as `at`, which is in seconds. */
export interface Series {
  readonly at: readonly number[]
  /** Credits left of the budget, and what would be left if they went evenly until it must stop. */
  readonly left: Values
  readonly ideal: Values
  /** Records a second since the point before; null: it was not at work. */
  readonly refreshed: Values
  readonly notFound: Values
  readonly others: Values
  /** Calls allowed at once, and sent a second. */
  readonly concurrency: Values
  readonly sent: Values
  /** Of calls since the point before, ms. */
  readonly p50: Values
  readonly p95: Values
  readonly p99: Values
  /** Where the reason for the pace changed. */
  readonly reasons: readonly { readonly at: number; readonly reason: string }[]
}

type Course = Pick<RunSummary, 'startedAt' | 'credits'> & { readonly stopAt: number }

/** Pure. */
export function seriesOf(course: Course, snapshots: readonly RunSnapshot[]): Series {
  const steps = snapshots.map((now, n) => ({ now, before: snapshots[n - 1] ?? null }))
  const latencies = snapshots.map((each) => latencyPercentiles(each.latencies))
  const rates = (count: (snapshot: RunSnapshot) => number) => steps.map((step) => rate(step, count))
  return {
    at: inOrder(snapshots).map((at) => at / 1_000),
    left: snapshots.map(({ spent, unknown }) => course.credits.budget - toDecimal(spent) - toDecimal(unknown)),
    ideal: snapshots.map(({ at }) => idealAt(at, course)),
    refreshed: rates(({ items }) => items.refreshed),
    notFound: rates(({ items }) => items.notFound),
    others: rates(({ items }) => items.failed + items.unknown + items.superseded),
    concurrency: snapshots.map(({ pace }) => pace?.concurrency ?? null),
    sent: rates(({ calls }) => calls.sent),
    p50: latencies.map(({ p50 }) => p50),
    p95: latencies.map(({ p95 }) => p95),
    p99: latencies.map(({ p99 }) => p99),
    reasons: reasonsOf(snapshots),
  }
}

/** A clock that was set back: charts take instants in their order. */
function inOrder(snapshots: readonly RunSnapshot[]): number[] {
  let latest = 0
  return snapshots.map(({ at }) => {
    latest = Math.max(latest, at)
    return latest
  })
}

/** Where the reason for the pace changed, and to what. */
export function reasonsOf(snapshots: readonly RunSnapshot[]): Series['reasons'] {
  return snapshots.flatMap(({ at, pace }, n) =>
    pace === null || pace.reason === snapshots[n - 1]?.pace?.reason ? [] : [{ at: at / 1_000, reason: pace.reason }],
  )
}

/** So many snapshots at most, spread evenly, with the first and the last: for those who read figures. */
export function sampled(snapshots: readonly RunSnapshot[], most: number): RunSnapshot[] {
  if (snapshots.length <= most) return [...snapshots]
  const step = (snapshots.length - 1) / (most - 1)
  return Array.from({ length: most }, (_, n) => snapshots[Math.round(n * step)] as RunSnapshot)
}

export function triedOf(items: ItemCounts): number {
  return ITEM_END_STATES.reduce((sum, state) => sum + items[state], 0)
}

/** Per second of work; null at the first point, and where no work was done in between. */
function rate(
  { now, before }: { readonly now: RunSnapshot; readonly before: RunSnapshot | null },
  count: (snapshot: RunSnapshot) => number,
): number | null {
  const workedMs = before === null ? now.activeMs : now.activeMs - before.activeMs
  if (workedMs <= 0) return null
  const done = count(now) - (before === null ? 0 : count(before))
  return Math.round((done / workedMs) * 100_000) / 100
}

function idealAt(at: number, { startedAt, stopAt, credits }: Course): number | null {
  const began = Date.parse(startedAt)
  if (stopAt <= began) return null
  const share = Math.min(1, Math.max(0, (at - began) / (stopAt - began)))
  return Math.round(credits.budget * (1 - share) * 1_000) / 1_000
}

/** Recently sent calls that were not refused, counted in time buckets. Immutable; instants in ms. */
export interface SendCounts {
  /** Buckets over the last second and the last minute. */
  readonly fine: Parts
  readonly coarse: Parts
}

interface Parts {
  readonly partMs: number
  readonly most: number
  readonly at: number
  readonly newest: number
  readonly older: readonly number[]
}

function parts(partMs: number, most: number): Parts {
  return { partMs, most, at: Number.NEGATIVE_INFINITY, newest: 0, older: [] }
}

export const NONE_SENT: SendCounts = { fine: parts(50, 20), coarse: parts(1_000, 60) }

export function counted(counts: SendCounts, at: number, calls: 1 | -1): SendCounts {
  return { fine: added(counts.fine, at, calls), coarse: added(counts.coarse, at, calls) }
}

/** The approximate number of calls sent in the `windowMs` before `at`: a second, or up to a minute. */
export function sentWithin({ fine, coarse }: SendCounts, windowMs: number, at: number): number {
  return Math.max(0, sum(windowMs <= 1_000 ? fine : coarse, windowMs, at))
}

function added(before: Parts, at: number, calls: number): Parts {
  const { partMs, most } = before
  const gone = Math.floor((at - before.at) / partMs)
  if (!(gone >= 1)) return { ...before, newest: before.newest + calls }
  if (gone > most) return { ...before, at, newest: calls, older: [] }
  const older = [...before.older, before.newest, ...new Array<number>(gone - 1).fill(0)]
  return { ...before, at: before.at + gone * partMs, newest: calls, older: older.slice(-most) }
}

/** Sums up the buckets; the oldest one counts by its share within the window. */
function sum({ partMs, at: newestAt, newest, older }: Parts, windowMs: number, at: number): number {
  const from = at - windowMs
  let calls = newestAt + partMs <= from ? 0 : newest
  for (let i = older.length - 1, began = newestAt - partMs; i >= 0; i--, began -= partMs) {
    const share = Math.min(1, (began + partMs - from) / partMs)
    if (share <= 0) break
    calls += (older[i] as number) * share
  }
  return calls
}

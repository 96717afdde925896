/**
 * How often calls took how long. Bounds of a bucket are 10 % apart, so that a percentile is right to 5 %, and counts of
 * hours are a few dozen numbers.
 */
export type LatencyCounts = Readonly<Record<number, number>>

const STEP = Math.log(1.1)
/** A day: no call takes longer. */
const MOST_MS = 86_400_000

/** Counts latencies until they are taken. */
export class LatencyCounter {
  #counts: Record<number, number> = {}

  /** Ms; below one counts as one. */
  add(latencyMs: number): void {
    const ms = Math.min(MOST_MS, Math.max(1, latencyMs))
    if (Number.isNaN(ms)) return
    const bucket = Math.floor(Math.log(ms) / STEP)
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + 1
  }

  /** The counts since the last time. */
  take(): LatencyCounts {
    const counts = this.#counts
    this.#counts = {}
    return counts
  }
}

export function mergedCounts(all: readonly LatencyCounts[]): LatencyCounts {
  const sum: Record<number, number> = {}
  for (const counts of all) {
    for (const [bucket, count] of Object.entries(counts)) sum[Number(bucket)] = (sum[Number(bucket)] ?? 0) + count
  }
  return sum
}

/** The latency, ms, that this share of the calls did not exceed, to 5 %; null: none was counted. */
export function latencyQuantile(counts: LatencyCounts, share: number): number | null {
  const buckets = Object.entries(counts).map(([bucket, count]) => ({ bucket: Number(bucket), count }))
  const total = buckets.reduce((sum, { count }) => sum + count, 0)
  let before = 0
  for (const { bucket, count } of buckets.toSorted((a, b) => a.bucket - b.bucket)) {
    before += count
    if (before >= share * total && before > 0) return Math.exp((bucket + 0.5) * STEP)
  }
  return null
}

/** None where there is nothing, or what there is cannot be read. */
export function readLatencyCounts(text: string | null): LatencyCounts {
  try {
    const counts = Object.entries(JSON.parse(text ?? '{}') as Record<string, number>)
    return Object.fromEntries(counts.filter(([bucket, count]) => Number.isInteger(Number(bucket)) && isCount(count)))
  } catch {
    return {}
  }
}

function isCount(count: unknown): boolean {
  return Number.isSafeInteger(count) && (count as number) > 0
}

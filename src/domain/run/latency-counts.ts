/** A latency histogram: calls by bucket. Bounds are 10 % apart, so that a percentile is accurate to 5 %. */
export type LatencyCounts = Readonly<Record<number, number>>

const STEP = Math.log(1.1)
/** A day; longer latencies count as this. */
const MOST_MS = 86_400_000

export class LatencyCounter {
  #counts: Record<number, number> = {}

  /** Ms; below one counts as one. */
  add(latencyMs: number): void {
    const ms = Math.min(MOST_MS, Math.max(1, latencyMs))
    if (Number.isNaN(ms)) return
    const bucket = Math.floor(Math.log(ms) / STEP)
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + 1
  }

  /** Returns the counts since the last `take`, and resets them. */
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

/** The latency that this share (0 to 1) of the calls did not exceed, ms, accurate to 5 %; null: no calls. */
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

/** Empty if the text is null or cannot be read. */
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

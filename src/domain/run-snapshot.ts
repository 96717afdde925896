import { type Credits, toDecimal } from './credits.ts'
import type { ItemCounts } from './item.ts'
import { type LatencyCounts, latencyQuantile } from './latency-counts.ts'
import type { CallCounts } from './run.ts'

/** The pace at an instant, and the reason for it. */
export interface SnapshotPace {
  /** Calls allowed at once and per second; null: limited by the concurrency only. */
  readonly concurrency: number
  readonly perSecond: number | null
  readonly reason: string
}

/** A run's totals at an instant; kept to show its progress over time. */
export interface RunSnapshot {
  /** Epoch milliseconds. */
  readonly at: number
  /** Time that processes had worked on the run by then, ms. */
  readonly activeMs: number
  readonly items: ItemCounts
  readonly spent: Credits
  /** What unknown calls held. */
  readonly unknown: Credits
  readonly calls: CallCounts
  /** Null: the stored pace cannot be read. */
  readonly pace: SnapshotPace | null
  /** Latencies of the calls since the previous snapshot. */
  readonly latencies: LatencyCounts
}

/** The JSON form of a snapshot. Credits are decimals, instants ISO 8601, latencies ms; null: no calls since the last one. */
export interface ShownSnapshot {
  readonly at: string
  readonly activeMs: number
  readonly records: ItemCounts
  readonly credits: { readonly spent: number; readonly unknown: number }
  readonly calls: CallCounts
  readonly pace: SnapshotPace | null
  readonly latencyMs: { readonly p50: number | null; readonly p95: number | null; readonly p99: number | null }
}

export function shownSnapshot({
  at,
  activeMs,
  items,
  spent,
  unknown,
  calls,
  pace,
  latencies,
}: RunSnapshot): ShownSnapshot {
  return {
    at: new Date(at).toISOString(),
    activeMs,
    records: items,
    credits: { spent: toDecimal(spent), unknown: toDecimal(unknown) },
    calls,
    pace,
    latencyMs: latencyPercentiles(latencies),
  }
}

/** Percentiles in ms, rounded to 0.1 ms; the counts are accurate to 5 % only. */
export function latencyPercentiles(counts: LatencyCounts): ShownSnapshot['latencyMs'] {
  const at = (share: number) => {
    const ms = latencyQuantile(counts, share)
    return ms === null ? null : Math.round(10 * ms) / 10
  }
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99) }
}

import { type Credits, toDecimal } from './credits.ts'
import type { ItemCounts } from './item.ts'
import { type LatencyCounts, latencyQuantile } from './latency-counts.ts'
import type { CallCounts } from './run.ts'

/** The pace at an instant, and why it was that. */
export interface SnapshotPace {
  /** Calls allowed at once, and a second; null: as fast as the concurrency lets them. */
  readonly concurrency: number
  readonly perSecond: number | null
  readonly reason: string
}

/** How a run stood at an instant: sums since its beginning, kept so that its course can be shown. */
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
  /** Null: it cannot be read. */
  readonly pace: SnapshotPace | null
  /** Of the calls since the snapshot before. */
  readonly latencies: LatencyCounts
}

/** What a machine reads of a snapshot. Credits are decimals, instants ISO 8601, latencies ms; null: no call since. */
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

/** To the tenth of a ms: what is counted is no more exact than 5 %. */
export function latencyPercentiles(counts: LatencyCounts): ShownSnapshot['latencyMs'] {
  const at = (share: number) => {
    const ms = latencyQuantile(counts, share)
    return ms === null ? null : Math.round(10 * ms) / 10
  }
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99) }
}

import type { ItemCounts } from '../call/item.ts'
import { type Credits, toDecimal } from '../credits/credits.ts'
import { iso } from '../time/iso.ts'
import type { AllowedPace } from './kept-pace.ts'
import { type LatencyCounts, latencyQuantile } from './latency-counts.ts'
import type { CallCounts } from './run.ts'

/** A run's totals at an instant; kept to show its progress over time. */
export interface RunSnapshot {
  /** Epoch milliseconds. */
  readonly at: number
  /** Time that processes had worked on the run by then, ms. */
  readonly activeMs: number
  readonly items: ItemCounts
  readonly spent: Credits
  readonly unknown: Credits
  readonly calls: CallCounts
  /** Null: the stored pace cannot be read. */
  readonly pace: AllowedPace | null
  readonly latencies: LatencyCounts
}

/** The JSON form of a snapshot. Credits are decimals, instants ISO 8601, latencies ms; null: no calls since the last one. */
export interface ShownSnapshot {
  readonly at: string
  readonly activeMs: number
  readonly records: ItemCounts
  readonly credits: { readonly spent: number; readonly unknown: number }
  readonly calls: CallCounts
  readonly pace: AllowedPace | null
  readonly latencyMs: { readonly p50: number | null; readonly p95: number | null; readonly p99: number | null }
}

export function shownSnapshot(snapshot: RunSnapshot): ShownSnapshot {
  const { at, activeMs, items, spent, unknown, calls, pace, latencies } = snapshot
  return {
    at: iso(at),
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

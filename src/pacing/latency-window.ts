/** Latencies of calls that all saw the same limit, ms; and how far the limit was used. */
export interface LatencyWindow {
  readonly n: number
  readonly sum: number
  readonly squares: number
  /** Sum of the calls in flight as each reply came. */
  readonly inFlight: number
}

/** The unloaded vendor's mean latency, and how many calls that is known from. */
export interface Baseline {
  readonly ms: number
  readonly n: number
}

export const EMPTY: LatencyWindow = { n: 0, sum: 0, squares: 0, inFlight: 0 }

/** One slow call in a hundred is not load: none counts for more than so many times the baseline. */
const MOST_TIMES = 4
/** Differences so small are the network's, not the vendor's. */
const SLACK_MS = 2
/** A vendor that answers so soon is well: what is above its unloaded latency may as well be this machine. */
const QUICK_MS = 10
/** A baseline is not worth more than so many calls: what was measured long ago must be able to change. */
export const MOST_CALLS = 400

export function withLatency(
  window: LatencyWindow,
  latencyMs: number,
  inFlight: number,
  baseline: Baseline | null,
): LatencyWindow {
  const ms = baseline === null ? latencyMs : Math.min(latencyMs, MOST_TIMES * Math.max(QUICK_MS, baseline.ms))
  return {
    n: window.n + 1,
    sum: window.sum + ms,
    squares: window.squares + ms * ms,
    inFlight: window.inFlight + inFlight,
  }
}

export function meanOf({ n, sum }: LatencyWindow): number {
  return sum / n
}

/** True if so many calls were in flight as were allowed, or nearly. */
export function wasUsed({ n, inFlight }: LatencyWindow, limit: number): boolean {
  return inFlight / n > 0.8 * limit
}

/** How many times slower than unloaded, and how far chance may have moved that (one standard error). */
export function slowness(
  window: LatencyWindow,
  baseline: Baseline,
): { readonly times: number; readonly error: number } {
  const mean = meanOf(window)
  const base = Math.max(QUICK_MS, baseline.ms) + SLACK_MS
  // A few calls that took the same say little of how far calls differ.
  const spread = Math.max((window.squares - window.n * mean * mean) / Math.max(1, window.n - 1), (0.05 * mean) ** 2)
  const few = 1 + 2 / window.n + 2 / baseline.n
  return {
    times: (Math.max(QUICK_MS, mean) + SLACK_MS) / base,
    error: (few * Math.sqrt(spread / window.n + spread / baseline.n)) / base,
  }
}

export function baselineOf(window: LatencyWindow): Baseline {
  return { ms: meanOf(window), n: Math.min(window.n, MOST_CALLS) }
}

/** The baseline with another measurement of it: each counts by its calls. */
export function merged(baseline: Baseline | null, window: LatencyWindow): Baseline {
  if (baseline === null) return baselineOf(window)
  const n = baseline.n + window.n
  return { ms: (baseline.ms * baseline.n + window.sum) / n, n: Math.min(n, MOST_CALLS) }
}

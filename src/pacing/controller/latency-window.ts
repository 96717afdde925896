/** Latencies of calls made under the same concurrency limit, ms, and how far the limit was used. */
export interface LatencyWindow {
  readonly n: number
  readonly sum: number
  readonly squares: number
  /** Sum of the calls in flight at each reply. */
  readonly inFlight: number
}

/** The vendor's mean latency without load, and from how many calls it is known. */
export interface Baseline {
  readonly ms: number
  readonly n: number
}

export const EMPTY: LatencyWindow = { n: 0, sum: 0, squares: 0, inFlight: 0 }

/** Outliers are not load: a latency counts for at most this multiple of the baseline. */
const MOST_TIMES = 4
/** Smaller differences are due to the network, not to the vendor. */
const SLACK_MS = 2
/** A vendor that answers this fast is healthy: differences may as well be due to this machine. */
const QUICK_MS = 10
/** The most calls that a baseline counts for, so that it can still change. */
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

/** True if nearly as many calls were in flight as allowed. */
export function wasUsed({ n, inFlight }: LatencyWindow, limit: number): boolean {
  return inFlight / n > 0.8 * limit
}

/** How many times slower than without load, and the standard error of that. */
export function slowness(
  window: LatencyWindow,
  baseline: Baseline,
): { readonly times: number; readonly error: number } {
  const mean = meanOf(window)
  const base = Math.max(QUICK_MS, baseline.ms) + SLACK_MS
  // A few calls with equal latencies say little about the variance.
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

/** The baseline merged with another measurement, weighted by calls. */
export function merged(baseline: Baseline | null, window: LatencyWindow): Baseline {
  if (baseline === null) return baselineOf(window)
  const n = baseline.n + window.n
  return { ms: (baseline.ms * baseline.n + window.sum) / n, n: Math.min(n, MOST_CALLS) }
}

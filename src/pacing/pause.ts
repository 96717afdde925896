import type { Sample } from '../refresh/ports/pace.ts'

/** The longest that a vendor's word is taken for: a reset read wrongly must not stop the night. */
export const LONGEST_PAUSE_MS = 15 * 60_000
const FIRST_PAUSE_MS = 1_000
const LONGEST_BACKOFF_MS = 60_000
/** So many failures in a row before everyone waits. */
const FAILURES_BEFORE_PAUSE = 5

/**
 * How long everyone waits after a call, in ms: as the vendor says; where it throttles without saying, or only
 * fails, for an exponential time with full jitter (never less than a tenth of it, so that nobody hammers).
 */
export function pauseAfter(
  sample: Sample,
  seen: { readonly throttles: number; readonly failures: number; readonly random: () => number },
): number {
  if (sample.kind === 'ok') return 0
  if (sample.retryAfterMs !== null) return Math.min(sample.retryAfterMs, LONGEST_PAUSE_MS)
  const times = sample.kind === 'throttled' ? seen.throttles : seen.failures - FAILURES_BEFORE_PAUSE + 1
  if (times <= 0) return 0
  const most = Math.min(LONGEST_BACKOFF_MS, FIRST_PAUSE_MS * 2 ** Math.min(times - 1, 16))
  return most * (0.1 + 0.9 * seen.random())
}

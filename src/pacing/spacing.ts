/** The vendor's published limits over short windows; each optional. Longer windows are counted (see SlidingCount). */
export interface RateLimits {
  readonly perSecond?: number
  readonly perMinute?: number
}

/** Calls are sent this share slower than the limit allows, since the network bunches calls that are sent evenly. */
const MARGIN = 0.02
/** The most by which calls after a late timer are sent early, ms: half of the margin of a second; the rest is for the network. */
export const CATCH_UP_MS = 10

/**
 * The time between two calls that keeps all limits, ms; 0 without limits. Evenly spaced calls never burst, so the
 * tightest limit covers the others, and a resuming process need not know what the previous one sent.
 */
export function spacingMs(limits: RateLimits): number {
  const windows = [
    [limits.perSecond, 1_000],
    [limits.perMinute, 60_000],
  ] as const
  const spacings = windows.map(([calls, windowMs]) => (calls === undefined ? 0 : windowMs / (calls * (1 - MARGIN))))
  return Math.max(0, ...spacings)
}

/** The time between two calls at a rate, ms; 0 if the rate is not limited. */
export function msApart(perSecond: number | null): number {
  return perSecond === null ? 0 : 1_000 / perSecond
}

/** Calls per Bottleneck job, so that a job starts at most every 10 ms. Infinity without spacing. */
export function callsPerJob(spacing: number): number {
  return spacing === 0 ? Number.POSITIVE_INFINITY : Math.max(1, Math.ceil(10 / spacing))
}

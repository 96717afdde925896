/** The vendor's published ceilings of short windows; each optional. Longer ones are counted. */
export interface RateLimits {
  readonly perSecond?: number
  readonly perMinute?: number
}

/** Calls leave evenly, this share slower than the ceiling allows: the network bunches what we send evenly. */
const MARGIN = 0.02
/** What a late timer may cost the calls after it, ms: half of the margin in a second; the network has the other half. */
export const CATCH_UP_MS = 10

/**
 * The time between two calls, in ms, that keeps every window: calls that leave evenly never come in a burst, so
 * that the tightest window keeps the others, and a process that resumes owes nothing to the one before.
 * 0 where there is no ceiling.
 */
export function spacingMs(limits: RateLimits): number {
  const windows = [
    [limits.perSecond, 1_000],
    [limits.perMinute, 60_000],
  ] as const
  const spacings = windows.map(([calls, windowMs]) => (calls === undefined ? 0 : windowMs / (calls * (1 - MARGIN))))
  return Math.max(0, ...spacings)
}

/** The time between two calls at a rate; 0 where it is not limited. */
export function msApart(perSecond: number | null): number {
  return perSecond === null ? 0 : 1_000 / perSecond
}

/**
 * Above a few hundred calls a second one Bottleneck job must carry several calls; so many that a job starts no more
 * often than every 10 ms. Returns 1 where calls are rarer than that.
 */
export function callsPerJob(spacing: number): number {
  return spacing === 0 ? Number.POSITIVE_INFINITY : Math.max(1, Math.ceil(10 / spacing))
}

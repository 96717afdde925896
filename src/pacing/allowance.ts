/** How many calls a limit allows now, and if none, from when on it allows some (monotonic ms). */
export interface Allowance {
  readonly calls: number
  readonly opensAt: number
}

/** No limit. */
export const ANY: Allowance = { calls: Number.POSITIVE_INFINITY, opensAt: 0 }

/** No calls before the instant. */
export function shutUntil(opensAt: number): Allowance {
  return { calls: 0, opensAt }
}

/** The allowance of two limits combined. */
export function tighter(a: Allowance, b: Allowance): Allowance {
  return { calls: Math.min(a.calls, b.calls), opensAt: Math.max(a.opensAt, b.opensAt) }
}

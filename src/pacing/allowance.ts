/** How many calls may leave now, and from when on (monotonic ms) any may: a limit's answer. */
export interface Allowance {
  readonly calls: number
  readonly opensAt: number
}

/** No limit. */
export const ANY: Allowance = { calls: Number.POSITIVE_INFINITY, opensAt: 0 }

/** None may leave before the instant. */
export function shutUntil(opensAt: number): Allowance {
  return { calls: 0, opensAt }
}

/** What two limits allow together. */
export function tighter(a: Allowance, b: Allowance): Allowance {
  return { calls: Math.min(a.calls, b.calls), opensAt: Math.max(a.opensAt, b.opensAt) }
}

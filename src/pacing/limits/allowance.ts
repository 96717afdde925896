/** How many calls a limit allows now, and if none, from when on it allows some (monotonic ms). */
export interface Allowance {
  readonly calls: number
  readonly opensAt: number
}

export const ANY: Allowance = { calls: Number.POSITIVE_INFINITY, opensAt: 0 }

export function shutUntil(opensAt: number): Allowance {
  return { calls: 0, opensAt }
}

export function tighter(a: Allowance, b: Allowance): Allowance {
  return { calls: Math.min(a.calls, b.calls), opensAt: Math.max(a.opensAt, b.opensAt) }
}

import type { CallCount, Sample } from '../../refresh/ports/pace.ts'
import { type Allowance, tighter } from './allowance.ts'
import { hear, leave, NOTHING_SAID, type QuotaState, quotaAllowance } from './quota.ts'
import { SlidingCount } from './sliding-count.ts'

/** Limits over long windows, which are counted: even spacing would waste them. */
export interface CountedLimits {
  readonly perHour?: number
  readonly perDay?: number
}

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

/**
 * Counts calls as they are sent, and decides whether more may be, by the limits that the vendor reports and the
 * configured limits per hour and per day. Instants are monotonic ms.
 */
export class Gate {
  readonly #counts: readonly SlidingCount[]
  #quotas: QuotaState = NOTHING_SAID

  constructor({ perHour, perDay }: CountedLimits) {
    const windows = [
      [perHour, HOUR_MS],
      [perDay, DAY_MS],
    ] as const
    this.#counts = windows.flatMap(([calls, ms]) => (calls === undefined ? [] : new SlidingCount(calls, ms)))
  }

  /** The longest counted window, ms; 0: none. */
  get countsForMs(): number {
    return Math.max(0, ...this.#counts.map(({ windowMs }) => windowMs))
  }

  /** The configured limits as calls per second; Infinity without any. */
  get perSecond(): number {
    return Math.min(Number.POSITIVE_INFINITY, ...this.#counts.map(({ limit, windowMs }) => (limit * 1_000) / windowMs))
  }

  recall(counts: readonly CallCount[]): void {
    for (const count of this.#counts) count.recall(counts)
  }

  allowance(now: number): Allowance {
    let allowance = quotaAllowance(this.#quotas, now)
    for (const count of this.#counts) allowance = tighter(allowance, count.allowance(now))
    return allowance
  }

  /** A call is sent. */
  left(now: number): void {
    this.#quotas = leave(this.#quotas, now)
    for (const count of this.#counts) count.left(now)
  }

  /** Evaluates a call's result; `inFlight`: the other unanswered calls. */
  heard(sample: Sample, inFlight: number): void {
    this.#quotas = hear(this.#quotas, sample, inFlight)
  }
}

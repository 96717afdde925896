import type { CallCount, Sample } from '../refresh/ports/pace.ts'
import { type Allowance, tighter } from './allowance.ts'
import { hear, leave, NOTHING_SAID, type QuotaState, quotaAllowance } from './quota.ts'
import { SlidingCount } from './sliding-count.ts'

/** Ceilings of windows so long that even spacing would waste them: calls are counted instead. */
export interface CountedLimits {
  readonly perHour?: number
  readonly perDay?: number
}

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

/**
 * Counts what leaves, and says whether more may: by what the vendor said of its limits, and by the configured ceilings
 * of an hour and of a day. Instants are monotonic ms.
 */
export class Gate {
  readonly #counts: readonly SlidingCount[]
  #quotas: QuotaState = NOTHING_SAID
  #inFlight = 0

  constructor({ perHour, perDay }: CountedLimits) {
    const windows = [
      [perHour, HOUR_MS],
      [perDay, DAY_MS],
    ] as const
    this.#counts = windows.flatMap(([calls, ms]) => (calls === undefined ? [] : new SlidingCount(calls, ms)))
  }

  /** The longest window that is counted, ms; 0: none is. */
  get countsForMs(): number {
    return Math.max(0, ...this.#counts.map(({ windowMs }) => windowMs))
  }

  /** What the configured ceilings come to, calls a second; no bound where there are none. */
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

  /** A call leaves. */
  left(now: number): void {
    this.#inFlight += 1
    this.#quotas = leave(this.#quotas, now)
    for (const count of this.#counts) count.left(now)
  }

  /** A call's reply, or the end of waiting for one, shows something; `back` comes after it. */
  heard(sample: Sample): void {
    this.#quotas = hear(this.#quotas, sample, Math.max(0, this.#inFlight - 1))
  }

  back(): void {
    this.#inFlight -= 1
  }
}

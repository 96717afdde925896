import type { Credits } from '../../domain/credits/credits.ts'
import type { AllowedPace, KeptPace, LearnedPace } from '../../domain/run/kept-pace.ts'

/** One of the vendor's rate limits as reported in a reply; null: not reported. */
export interface Quota {
  /** Calls per window, and how many of them are left. */
  readonly limit: number | null
  readonly remaining: number | null
  /** When the limit resets, epoch milliseconds; never before the reply. */
  readonly resetAt: number | null
  readonly windowMs: number | null
}

/** A number of calls sent close together; `lastAt`: when the last of them was sent, epoch milliseconds. */
export interface CallCount {
  readonly lastAt: number
  readonly calls: number
}

/** One call as a health signal. Misses and refused records are `ok`: the vendor did its work. */
export interface Sample {
  readonly kind: 'ok' | 'throttled' | 'failed'
  /** Epoch milliseconds. */
  readonly sentAt: number
  readonly at: number
  readonly latencyMs: number
  /** How long the vendor asks us to wait, ms; null: not reported. */
  readonly retryAfterMs: number | null
  /** Rate limits reported in its reply; missing if none were. */
  readonly quotas?: readonly Quota[]
}

export interface CallSource {
  /** How many calls wait to be sent. */
  readonly waiting: number
  /** The reservation of the next of them; zero if none waits. */
  readonly reservation: Credits
  /** Sends the next call; resolves to its cost, or its reservation if the cost is unknown. Null: none waits. */
  next(): Promise<Credits> | null
  /** Resolves when a call waits, or after `ms`. */
  more(ms: number): Promise<void>
}

/** The work left in a run, and the time left for it. */
export interface Spread {
  /** Calls still to be made: the expected number and the upper estimate, since what a record costs varies. */
  readonly calls: number
  readonly mostCalls: number
  /** Time left until the last call may be sent, and the same when the run began, ms. */
  readonly leftMs: number
  readonly wholeMs: number
}

/** The pace now, and the reason for it, such as "halved to 12: 24 % of calls failed". */
export interface PaceReport extends AllowedPace {
  /** The pace is lowered briefly, for a measurement. */
  readonly passing?: boolean
}

/** Decides when calls are sent: how many at once, how far apart, and whether any may be. Every call passes through it. */
export interface Pace {
  /** Calls now allowed at once. */
  readonly concurrency: number
  /** The upper limit of `concurrency`. */
  readonly ceiling: number
  /** Time between two calls, ms; 0: limited by the concurrency only. */
  readonly spacingMs: number
  readonly report: PaceReport
  /** The pace to store for the next process. */
  kept(now: number): KeptPace
  /** Restores what an earlier process learned of the vendor. Call it before the first call is sent. */
  remember(learned: LearnedPace, now: number): void
  /** True while failures are attributed to the vendor: they do not count as attempts of the items. */
  readonly unhealthy: boolean
  /** How long sending is paused, ms; 0: not paused. */
  readonly pausedForMs: number
  /** How long the vendor has returned nothing but failures, or nothing at all, ms. */
  failingForMs(): number
  /** The longest window of a counted limit, ms; 0: there is none. */
  readonly countsForMs: number
  /** Restores the calls of earlier processes within that window. */
  recall(counts: readonly CallCount[]): void
  observe(sample: Sample): void
  /** Evaluates only the rate limits of a request that is not a call (a poll). */
  noted(sample: Sample): void
  /** Sets what the run may still spend, including calls in flight. */
  setCredits(left: Credits): void
  /** Slows down to the rate that still finishes the work in time. Called again as the work progresses. */
  spread(work: Spread): void
  /** Fills free slots with waiting calls. */
  pump(source: CallSource): void
  /** Makes a request that costs no credits (the balance), in its own slot. */
  outOfBand<T>(request: () => Promise<T>): Promise<T>
  /** Resolves when all slots have finished. */
  idle(): Promise<void>
}

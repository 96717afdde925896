import type { Credits } from '../../domain/credits.ts'
import type { KeptPace, LearnedPace } from '../../domain/kept-pace.ts'

/** What a reply said of one of the vendor's rate limits; null: it did not say. */
export interface Quota {
  /** Calls a window, and those of them that are left. */
  readonly limit: number | null
  readonly remaining: number | null
  /** When calls are to be had again, epoch milliseconds; never before the reply. */
  readonly resetAt: number | null
  readonly windowMs: number | null
}

/** So many calls left about then; `lastAt` is when the last of them did, epoch milliseconds. */
export interface CallCount {
  readonly lastAt: number
  readonly calls: number
}

/** What one call showed of the vendor's health. Misses and refusals of a record are `ok`: the vendor did its work. */
export interface Sample {
  readonly kind: 'ok' | 'throttled' | 'failed'
  /** Epoch milliseconds. */
  readonly sentAt: number
  readonly at: number
  readonly latencyMs: number
  /** How long the vendor asks everyone to wait; null: it did not say. */
  readonly retryAfterMs: number | null
  /** What its reply said of the rate limits; nothing where it said none. */
  readonly quotas?: readonly Quota[]
}

/** Where the pace takes calls from. */
export interface CallSource {
  /** How many calls wait to be sent. */
  readonly waiting: number
  /** The most that the next of them can cost; nothing where none waits. */
  readonly reservation: Credits
  /** Sends the next call; resolves when it is over, with what it cost, or holds where that is unknown. Null: none waits. */
  next(): Promise<Credits> | null
  /** Resolves when a call waits, or after `ms`. */
  more(ms: number): Promise<void>
}

/** What is still to be done, and by when. */
export interface Spread {
  /** Calls still to be made, as likely as not, and where all goes badly: what a record costs varies. */
  readonly calls: number
  readonly mostCalls: number
  /** Ms until the last call may go out, and how many they were when the run began. */
  readonly leftMs: number
  readonly wholeMs: number
}

/** The pace in a person's words. */
export interface PaceReport {
  /** Calls now allowed at once. */
  readonly concurrency: number
  /** Calls a second; null: as fast as the concurrency lets them. */
  readonly perSecond: number | null
  /** Why it is what it is: "halved to 12: 24 % of calls failed". */
  readonly reason: string
  /** It is so for a moment only, to measure. */
  readonly passing?: boolean
}

/** Decides when calls leave: how many at once, how far apart, and whether any may. Every call passes through it. */
export interface Pace {
  /** Calls now allowed at once. */
  readonly concurrency: number
  /** The most it may ever be. */
  readonly ceiling: number
  /** Time between two calls, ms; 0: as fast as the concurrency lets them. */
  readonly spacingMs: number
  readonly report: PaceReport
  /** What the next process should know of it. */
  kept(now: number): KeptPace
  /** What a process before this one learned of the vendor; before the first call. */
  remember(learned: LearnedPace, now: number): void
  /** True while failures are the vendor's own: they cost the items no attempt. */
  readonly unhealthy: boolean
  /** How long nobody sends, ms; 0: now is fine. */
  readonly pausedForMs: number
  /** How long nothing but failure has come back, or nothing at all, ms. */
  failingForMs(): number
  /** How far back calls count towards a ceiling, ms; 0: they do not. */
  readonly countsForMs: number
  /** Calls of the processes before this one, so far back. */
  recall(counts: readonly CallCount[]): void
  observe(sample: Sample): void
  /** Takes what a request that is no call brought for what it says of the limits alone. */
  noted(sample: Sample): void
  /** What the run may still spend, calls in flight included. */
  setCredits(left: Credits): void
  /** There is time: no faster than is enough for so much work. Told again as the work goes on. */
  spread(work: Spread): void
  /** Calls wait: fill the free slots. */
  pump(source: CallSource): void
  /** Makes a request that costs no credit (the balance), in a turn of its own. */
  outOfBand<T>(request: () => Promise<T>): Promise<T>
  /** Resolves when no slot is at work. */
  idle(): Promise<void>
}

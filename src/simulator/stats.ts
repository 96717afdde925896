import { SlidingPeak } from './sliding-peak.ts'

/** What the vendor has seen. Control requests are never in it. */
export type VendorStats = {
  /** Lookup requests that arrived, bulk ones counted once. */
  calls: number
  /** Lookup keys in them. */
  records: number
  /** Replies to lookups by status. */
  replies: Record<string, number>
  /** Questions after jobs; they are no calls. */
  polls: number
  /** Reads of the account. */
  accountReads: number
  /** Calls refused by a rate limit. */
  throttled: number
  /** Calls refused for lack of credits. */
  outOfCredits: number
  /** Calls answered from the store of idempotency keys. */
  replayed: number
  /** Idempotency keys that came again with other records. */
  keyMismatches: number
  /** Calls charged for which the client got no whole, usable reply. */
  chargedUnanswered: number
  /** How often each fault has struck. */
  faults: Record<string, number>
  collapses: number
  /** Calls failed by a collapse. */
  failedByCollapse: number
  /** Calls open now, hanging ones included. */
  concurrent: number
  peakConcurrent: number
  /** Calls waiting for a slot now. */
  queued: number
  peakQueued: number
  /** The most calls that arrived in any sliding second, refused ones included. */
  peakPerSecond: number
}

type Counter = Exclude<keyof VendorStats, 'replies' | 'faults' | 'concurrent' | 'peakConcurrent' | 'peakPerSecond'>

/** Counts as the vendor works. */
export class Stats {
  readonly #replies = new Map<number, number>()
  readonly #arrivals = new SlidingPeak(1_000)
  #concurrent = 0
  #peakConcurrent = 0
  readonly #counts: Record<Counter, number> = {
    calls: 0,
    records: 0,
    polls: 0,
    accountReads: 0,
    throttled: 0,
    outOfCredits: 0,
    replayed: 0,
    keyMismatches: 0,
    chargedUnanswered: 0,
    collapses: 0,
    failedByCollapse: 0,
    queued: 0,
    peakQueued: 0,
  }

  get concurrent(): number {
    return this.#concurrent
  }

  callArrived(records: number, nowAt: number): void {
    this.#counts.calls++
    this.#counts.records += records
    this.#arrivals.add(nowAt)
    this.#concurrent++
    if (this.#concurrent > this.#peakConcurrent) this.#peakConcurrent = this.#concurrent
  }

  callClosed(): void {
    this.#concurrent--
  }

  count(counter: Exclude<Counter, 'queued' | 'peakQueued'>): void {
    this.#counts[counter]++
  }

  replied(status: number): void {
    this.#replies.set(status, (this.#replies.get(status) ?? 0) + 1)
  }

  queueIs(length: number): void {
    this.#counts.queued = length
    if (length > this.#counts.peakQueued) this.#counts.peakQueued = length
  }

  snapshot(faults: Record<string, number>): VendorStats {
    return {
      ...this.#counts,
      replies: Object.fromEntries(this.#replies),
      faults,
      concurrent: this.#concurrent,
      peakConcurrent: this.#peakConcurrent,
      peakPerSecond: this.#arrivals.peak,
    }
  }
}

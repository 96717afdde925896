type Counter = Exclude<keyof ReturnType<Stats['snapshot']>, 'replies' | 'faults' | 'peakPerSecond'>

/** Counts what the vendor has seen, but for control requests. */
export class Stats {
  readonly #replies = new Map<number, number>()
  readonly #arrivals = new SlidingPeak(1_000)
  readonly #counts = {
    /** Lookup requests that arrived, bulk ones counted once. */
    calls: 0,
    /** Lookup keys in them. */
    records: 0,
    /** Requests for the state of a job; they are not calls. */
    polls: 0,
    accountReads: 0,
    /** Tokens that were given. */
    tokens: 0,
    /** Calls refused by a rate limit. */
    throttled: 0,
    /** Requests that the vendor refused in its own words before looking anything up; they are no calls. */
    refusals: 0,
    /** Calls refused for lack of credits. */
    outOfCredits: 0,
    /** Calls answered by their idempotency key. */
    replayed: 0,
    /** Idempotency keys reused for other records. */
    keyMismatches: 0,
    /** Calls charged for which the client got no whole, usable reply. */
    chargedUnanswered: 0,
    collapses: 0,
    failedByCollapse: 0,
    /** Calls open now, hanging ones included. */
    concurrent: 0,
    peakConcurrent: 0,
    /** Calls waiting for a slot now. */
    queued: 0,
    peakQueued: 0,
  }

  get concurrent(): number {
    return this.#counts.concurrent
  }

  callArrived(records: number, nowAt: number): void {
    const counts = this.#counts
    counts.calls++
    counts.records += records
    this.#arrivals.add(nowAt)
    counts.concurrent++
    counts.peakConcurrent = Math.max(counts.peakConcurrent, counts.concurrent)
  }

  callClosed(): void {
    this.#counts.concurrent--
  }

  count(counter: Counter): void {
    this.#counts[counter]++
  }

  replied(status: number): void {
    this.#replies.set(status, (this.#replies.get(status) ?? 0) + 1)
  }

  queueIs(length: number): void {
    this.#counts.queued = length
    this.#counts.peakQueued = Math.max(this.#counts.peakQueued, length)
  }

  snapshot(faults: Record<string, number>) {
    return {
      ...this.#counts,
      /** Of lookups, by status. */
      replies: Object.fromEntries(this.#replies) as Record<string, number>,
      faults,
      /** The most calls that arrived in any sliding second, refused ones included. */
      peakPerSecond: this.#arrivals.peak,
    }
  }
}

/** The highest number of events seen in any sliding window. */
export class SlidingPeak {
  readonly #windowMs: number
  #peak = 0
  /** Of events in the window; the first `#left` have left it. */
  #instants: number[] = []
  #left = 0

  constructor(windowMs: number) {
    this.#windowMs = windowMs
  }

  get peak(): number {
    return this.#peak
  }

  add(nowAt: number): void {
    this.#instants.push(nowAt)
    while ((this.#instants[this.#left] as number) <= nowAt - this.#windowMs) this.#left++
    this.#peak = Math.max(this.#peak, this.#instants.length - this.#left)
    // Rarely, so that each instant is moved about once.
    if (this.#left <= this.#instants.length / 2) return
    this.#instants.splice(0, this.#left)
    this.#left = 0
  }
}

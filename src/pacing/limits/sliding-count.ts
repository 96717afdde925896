import type { CallCount } from '../../refresh/ports/pace.ts'
import { type Allowance, shutUntil } from './allowance.ts'

/** Number of buckets per window; a bucket's calls leave the window together, with the last of them. */
const PARTS = 240
/** Safety margin: the vendor counts arrivals, which may be closer together than our sending times. */
const SLACK_MS = 2_000

/**
 * A sliding-window limit: at most `limit` calls in any window of `windowMs`, counted when sent. Sending is unrestricted
 * until the window is full, then stops until the oldest calls leave it. Instants (monotonic ms) are passed in.
 */
export class SlidingCount {
  readonly limit: number
  readonly windowMs: number
  /** Oldest first; `at` and `lastAt`: when a bucket's first and last calls were sent. */
  #parts: { at: number; lastAt: number; calls: number }[] = []
  #calls = 0

  constructor(limit: number, windowMs: number) {
    if (!(limit >= 1)) throw new RangeError(`a window must allow one call at least, not ${limit}`)
    this.limit = Math.floor(limit)
    this.windowMs = windowMs + SLACK_MS
  }

  /** A call is sent. */
  left(now: number): void {
    this.#forget(now)
    this.#add({ lastAt: now, calls: 1 })
  }

  recall(counts: readonly CallCount[]): void {
    const own = this.#parts.map(({ lastAt, calls }) => ({ lastAt, calls }))
    this.#parts = []
    this.#calls = 0
    for (const count of [...counts, ...own].toSorted((a, b) => a.lastAt - b.lastAt)) this.#add(count)
  }

  allowance(now: number): Allowance {
    if (this.#calls < this.limit) return { calls: this.limit - this.#calls, opensAt: 0 }
    this.#forget(now)
    if (this.#calls < this.limit) return { calls: this.limit - this.#calls, opensAt: 0 }
    return shutUntil(this.#opensAt(now))
  }

  /** When enough calls have left the window for another one. */
  #opensAt(now: number): number {
    let calls = this.#calls
    for (const part of this.#parts) {
      calls -= part.calls
      if (calls < this.limit) return part.lastAt + this.windowMs
    }
    return now
  }

  #add({ lastAt, calls }: CallCount): void {
    const newest = this.#parts.at(-1)
    this.#calls += calls
    if (newest === undefined || lastAt - newest.at >= this.windowMs / PARTS)
      this.#parts.push({ at: lastAt, lastAt, calls })
    else {
      newest.lastAt = Math.max(newest.lastAt, lastAt)
      newest.calls += calls
    }
  }

  #forget(now: number): void {
    let gone = 0
    for (const { lastAt, calls } of this.#parts) {
      if (lastAt + this.windowMs > now) break
      gone += 1
      this.#calls -= calls
    }
    if (gone > 0) this.#parts.splice(0, gone)
  }
}

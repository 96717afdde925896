import type { CallCount } from '../refresh/ports/pace.ts'
import { type Allowance, shutUntil } from './allowance.ts'

/** The window is counted in so many parts: calls of one part leave it together, with the last of them. */
const PARTS = 240
/** The vendor counts calls when they arrive: a quick one may come closer to the one before than it left. */
const SLACK_MS = 2_000

/**
 * No more than `limit` calls in any window so long, counted as they leave. Sending is free until the window is full;
 * then it stops until the oldest calls leave it. Knows no timer: instants, in monotonic ms, are passed in.
 */
export class SlidingCount {
  readonly limit: number
  readonly windowMs: number
  /** Oldest first; `at` is when a part's first call left, `lastAt` its last. */
  #parts: { at: number; lastAt: number; calls: number }[] = []
  #calls = 0

  constructor(limit: number, windowMs: number) {
    if (!(limit >= 1)) throw new RangeError(`a window must allow one call at least, not ${limit}`)
    this.limit = Math.floor(limit)
    this.windowMs = windowMs + SLACK_MS
  }

  /** A call leaves. */
  left(now: number): void {
    this.#forget(now)
    this.#add({ lastAt: now, calls: 1 })
  }

  /** Calls of processes before this one. */
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

  /** When so many have left the window that one more fits. */
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

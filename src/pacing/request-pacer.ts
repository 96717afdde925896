import type { Clock } from '../domain/clock.ts'
import { CATCH_UP_MS, callsPerJob } from './spacing.ts'

/**
 * When each call may leave. Bottleneck starts jobs apart, but a job makes several calls, and after this process was held
 * up its timers fire together: here every call leaves a spacing after the one before, whatever held it up. A call whose
 * timer was late is made up for, but no more than `CATCH_UP_MS` of it: the margin of the spacing allows for that.
 */
export class RequestPacer {
  readonly #clock: Clock
  #spacingMs: number
  /** When the last call was due, or a little before it left: monotonic ms. */
  #lastMs = Number.NEGATIVE_INFINITY
  /** The first call comes after this: one of a process before may have just left. */
  readonly #firstMs: number
  readonly #line: ((isTurn: boolean) => void)[] = []
  #cancel: (() => void) | null = null

  constructor(clock: Clock, spacingMs: number) {
    this.#clock = clock
    this.#spacingMs = spacingMs
    this.#firstMs = clock.monotonic() + spacingMs
  }

  /** The least time between two calls, ms; 0: they may leave at once. */
  get spacingMs(): number {
    return this.#spacingMs
  }
  /** How many calls a Bottleneck job makes at most. */
  get callsPerJob(): number {
    return callsPerJob(this.#spacingMs)
  }
  /** The least time between the starts of two jobs, ms. */
  get minTimeMs(): number {
    return this.#spacingMs === 0 ? 0 : this.#spacingMs * this.callsPerJob
  }

  /** Counts at once, also for who waits in line. */
  setSpacing(ms: number): void {
    if (ms === this.#spacingMs) return
    this.#spacingMs = ms
    this.#callOff()
    this.#serve()
  }

  /** Resolves to true when it is the caller's turn, which it then has taken; to false when nobody is to wait any more. */
  next(): Promise<boolean> {
    return new Promise((resolve) => {
      this.#line.push(resolve)
      if (this.#line.length === 1) this.#serve()
    })
  }

  /** Sends everyone in the line away. */
  dismiss(): void {
    this.#callOff()
    for (const resolve of this.#line.splice(0)) resolve(false)
  }

  #serve(): void {
    this.#cancel = null
    while (this.#line.length > 0) {
      const now = this.#clock.monotonic()
      const dueMs = Math.max(this.#firstMs, this.#lastMs + this.#spacingMs)
      if (dueMs > now) {
        this.#cancel = this.#clock.after(dueMs - now, () => this.#serve())
        return
      }
      this.#lastMs = Math.max(dueMs, now - CATCH_UP_MS)
      this.#line.shift()?.(true)
    }
  }

  #callOff(): void {
    this.#cancel?.()
    this.#cancel = null
  }
}

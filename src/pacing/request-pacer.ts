import type { Clock } from '../domain/time/clock.ts'
import { CATCH_UP_MS, callsPerJob } from './spacing.ts'
import { Wake } from './wake.ts'

/**
 * Spaces individual calls. Bottleneck only spaces the starts of jobs, a job makes several calls, and after a delay of this
 * process its timers fire together; here every call is sent at least one spacing after the one before. A late timer is
 * made up for by at most `CATCH_UP_MS`, which the margin of the spacing covers.
 */
export class RequestPacer {
  readonly #clock: Clock
  #spacingMs: number
  /** When the last call was due, at most CATCH_UP_MS before it was sent; monotonic ms. */
  #lastMs = Number.NEGATIVE_INFINITY
  /** The first call is not sent before this, since an earlier process may just have sent one. */
  readonly #firstMs: number
  readonly #queue: ((isTurn: boolean) => void)[] = []
  readonly #wake: Wake

  constructor(clock: Clock, spacingMs: number) {
    this.#clock = clock
    this.#wake = new Wake(clock)
    this.#spacingMs = spacingMs
    this.#firstMs = clock.monotonic() + spacingMs
  }

  /** The shortest time between two calls, ms; 0: none. */
  get spacingMs(): number {
    return this.#spacingMs
  }
  /** The most calls per Bottleneck job. */
  get callsPerJob(): number {
    return callsPerJob(this.#spacingMs)
  }
  /** The shortest time between the starts of two jobs, ms. */
  get minTimeMs(): number {
    return this.#spacingMs === 0 ? 0 : this.#spacingMs * this.callsPerJob
  }

  /** Effective at once, also for calls that are waiting. */
  setSpacing(ms: number): void {
    if (ms === this.#spacingMs) return
    this.#spacingMs = ms
    this.#wake.callOff()
    this.#serve()
  }

  /** Resolves to true when it is the caller's turn, and to false if the waiting is cancelled by `dismiss`. */
  next(): Promise<boolean> {
    return new Promise((resolve) => {
      this.#queue.push(resolve)
      if (this.#queue.length === 1) this.#serve()
    })
  }

  dismiss(): void {
    this.#wake.callOff()
    for (const resolve of this.#queue.splice(0)) resolve(false)
  }

  #serve(): void {
    while (this.#queue.length > 0) {
      const now = this.#clock.monotonic()
      const dueMs = Math.max(this.#firstMs, this.#lastMs + this.#spacingMs)
      if (dueMs > now) {
        this.#wake.at(dueMs, () => this.#serve())
        return
      }
      this.#lastMs = Math.max(dueMs, now - CATCH_UP_MS)
      this.#queue.shift()?.(true)
    }
  }
}

import type { Clock } from '../../domain/time/clock.ts'

/** The longest wait between two steps when nothing wakes the run, ms. */
export const STEP_MS = 1_000

/** An auto-reset event: `notify` wakes the waiter, or the next one if nobody waits yet. */
export class Signal {
  readonly #clock: Clock
  #pending = false
  #wake: (() => void) | null = null

  constructor(clock: Clock) {
    this.#clock = clock
  }

  notify(): void {
    this.#pending = true
    this.#wake?.()
  }

  /** Resolves after a notification, or after `ms`, at most one step. One waiter at a time. */
  async wait(ms: number): Promise<void> {
    if (!this.#pending && ms > 0) await this.#woken(Math.min(ms, STEP_MS))
    this.#pending = false
  }

  #woken(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        cancel()
        this.#wake = null
        resolve()
      }
      const cancel = this.#clock.after(ms, done)
      this.#wake = done
    })
  }
}

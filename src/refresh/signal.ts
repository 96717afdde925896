import type { Clock } from '../domain/clock.ts'

/** Something that others wait for: `notify` wakes whoever waits, or the next to wait. */
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

  /** Resolves after a notification, or after `ms`. One waiter at a time. */
  async wait(ms: number): Promise<void> {
    if (!this.#pending && ms > 0) {
      const aborted = new AbortController()
      this.#wake = () => aborted.abort()
      await this.#clock.sleep(ms, aborted.signal)
      this.#wake = null
    }
    this.#pending = false
  }
}

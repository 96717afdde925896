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
    if (!this.#pending && ms > 0) await this.#woken(ms)
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

import type { Clock } from '../../domain/clock.ts'

/** How often a process looks what to do next when nothing wakes it, ms. */
export const STEP_MS = 1_000

/** How long to wait for what is due in so many ms: not for longer than a step. */
export function pauseMs(dueInMs: number): number {
  return Math.min(dueInMs, STEP_MS)
}

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

import type { Deadline } from '../../domain/cycle/deadline.ts'
import type { Clock } from '../../domain/time/clock.ts'

/**
 * Whether calls may still be sent before the reset. Wall clock and monotonic clock must both allow it: the monotonic one
 * may stand still while the machine sleeps, and the wall clock may be set back.
 */
export class DeadlineWatch {
  readonly #deadline: Deadline
  readonly #clock: Clock
  readonly #monotonicStopAt: number

  constructor(deadline: Deadline, clock: Clock) {
    this.#deadline = deadline
    this.#clock = clock
    this.#monotonicStopAt = clock.monotonic() + deadline.stopAt - clock.now()
  }

  /** Epoch ms. */
  get stopAt(): number {
    return this.#deadline.stopAt
  }

  get passed(): boolean {
    return this.leftMs <= 0
  }

  /** Ms until the last call may be sent; 0 or less: none may. */
  get leftMs(): number {
    return Math.min(this.#deadline.stopAt - this.#clock.now(), this.#monotonicStopAt - this.#clock.monotonic())
  }

  /** The reset has passed: the credits belong to the next cycle. */
  get over(): boolean {
    return this.#clock.now() >= this.#deadline.resetAt
  }

  /** A sentence for the run's `detail`. */
  get why(): string {
    const { resetAt, stopAt } = this.#deadline
    const reset = new Date(resetAt).toISOString()
    if (this.over)
      return `its billing cycle ended at ${reset}; a new run refreshes the remaining records with the new credits`
    const before = Math.round((resetAt - stopAt) / 1000)
    return `credits are reset at ${reset}: no call is sent in the last ${before} s, so that none is charged after the reset`
  }
}

import type { Clock } from '../../domain/clock.ts'
import type { Deadline } from '../../domain/deadline.ts'

/**
 * Whether calls may still go out, as far as the reset is concerned. The clock on the wall and the one that never goes
 * back must both say so: one stands still while the machine sleeps, the other may be set back.
 */
export class DeadlineWatch {
  readonly #deadline: Deadline
  readonly #clock: Clock
  readonly #steadyStopAt: number

  constructor(deadline: Deadline, clock: Clock) {
    this.#deadline = deadline
    this.#clock = clock
    this.#steadyStopAt = clock.monotonic() + deadline.stopAt - clock.now()
  }

  /** Epoch ms. */
  get stopAt(): number {
    return this.#deadline.stopAt
  }

  get passed(): boolean {
    return this.leftMs <= 0
  }

  /** Ms until the last call may go out; 0 or less: none may. */
  get leftMs(): number {
    return Math.min(this.#deadline.stopAt - this.#clock.now(), this.#steadyStopAt - this.#clock.monotonic())
  }

  /** The reset has come: the credits are another cycle's. */
  get over(): boolean {
    return this.#clock.now() >= this.#deadline.resetAt
  }

  /** In words, for the run's ending. */
  get why(): string {
    const { resetAt, stopAt } = this.#deadline
    const reset = new Date(resetAt).toISOString()
    if (this.over)
      return `its billing cycle ended at ${reset}; what it did not reach is for a new run, with the new credits`
    const before = Math.round((resetAt - stopAt) / 1000)
    return `credits are reset at ${reset}: no call goes out in the last ${before} s before, so that none is charged after`
  }
}

import Bottleneck from 'bottleneck'
import { type Credits, minus, NO_CREDITS, plus } from '../domain/credits.ts'

/**
 * Bottleneck, and the only file that knows it: slots for concurrency and spacing, and a reservoir of the credits
 * still to spend, in micro-credits.
 *
 * - A job is a slot that makes many calls one after another: Bottleneck manages some 400 jobs a second.
 * - Its `weight` would count against the concurrency as well, so slots and credits are two limiters.
 * - Its reservoir is taken when a job is registered and never given back: what a slot did not spend is returned here.
 *   A job heavier than the reservoir would block the queue for ever, so the caller asks for no more than `credits`.
 * - `reservoirRefresh…`, `failed` retries, `expiration`, job ids, `highWater` and `stop()` are not used: each has a
 *   fault that loses a job, a timer or the process.
 */
export class Limiter {
  readonly #slots: Bottleneck
  readonly #reservoir: Bottleneck
  /** Mirror of the reservoir. */
  #credits: Credits
  #limit: number
  #begun = 0
  #working = 0

  constructor(options: { concurrency: number; minTimeMs: number; credits: Credits }) {
    this.#limit = options.concurrency
    this.#credits = options.credits
    this.#slots = new Bottleneck({ maxConcurrent: options.concurrency, minTime: options.minTimeMs })
    this.#reservoir = new Bottleneck({ reservoir: options.credits })
  }

  /** Slots that no job has taken. */
  get free(): number {
    return Math.max(0, this.#limit - this.#begun)
  }

  /** Jobs that have a slot, and those that still wait for their turn. */
  get working(): number {
    return this.#working
  }
  get queued(): number {
    return this.#begun - this.#working
  }

  /** Credits that no slot has been given. */
  get credits(): Credits {
    return this.#credits
  }

  /** True while more slots are at work than are now allowed: one of them should end. */
  get crowded(): boolean {
    return this.#begun > this.#limit
  }

  setConcurrency(limit: number): void {
    if (limit === this.#limit) return
    this.#limit = limit
    void this.#slots.updateSettings({ maxConcurrent: limit })
  }

  adjustCredits(by: Credits): void {
    if (by === 0) return
    this.#credits = plus(this.#credits, by)
    void this.#reservoir.incrementReservoir(by)
  }

  /** Runs `work` in a slot with so many credits; it resolves to what it did not spend. Never rejects. */
  async run(credits: Credits, work: () => Promise<Credits>): Promise<void> {
    if (credits > this.#credits) throw new RangeError(`a slot asks for ${credits} of ${this.#credits} micro-credits`)
    this.#begun += 1
    this.#credits = minus(this.#credits, credits)
    let left: Credits = credits
    try {
      await this.#slots.schedule(() => {
        this.#working += 1
        return this.#reservoir.schedule({ weight: credits }, async () => {
          left = await work()
        })
      })
    } finally {
      this.#begun -= 1
      this.#working -= 1
      if (left !== NO_CREDITS) this.adjustCredits(left)
    }
  }
}

import Bottleneck from 'bottleneck'
import { type Credits, least, minus, most, NO_CREDITS, plus } from '../domain/credits.ts'

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
 * - It compares the instant of the next start with the wall clock: one that is set back would stall it; see `monotonic`.
 */
export class Limiter {
  readonly #slots: Bottleneck
  readonly #reservoir: Bottleneck
  /** Mirror of the reservoir, less what slots that are not registered yet will take from it: never negative. */
  #credits: Credits
  /** What slots have been given and have neither used nor returned. */
  #given: Credits = NO_CREDITS
  /** What is to be taken out of the reservoir as slots return it: it was in their hands when the credits shrank. */
  #debt: Credits = NO_CREDITS
  #limit: number
  #minTimeMs: number
  #begun = 0
  #working = 0
  #lastAt = Number.NEGATIVE_INFINITY

  constructor(options: { concurrency: number; minTimeMs: number; credits: Credits }) {
    this.#limit = options.concurrency
    this.#credits = options.credits
    this.#minTimeMs = options.minTimeMs
    this.#slots = monotonic(new Bottleneck({ maxConcurrent: options.concurrency, minTime: options.minTimeMs }))
    this.#reservoir = monotonic(new Bottleneck({ reservoir: options.credits }))
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

  /** Sets what may still be spent, what slots have in their hands included. */
  setTotal(total: Credits): void {
    this.#give(minus(total, minus(plus(this.#credits, this.#given), this.#debt)))
  }

  /**
   * The least time between the starts of two slots. Bottleneck gives the slots that already wait their turn the old
   * one: see that few wait.
   */
  setMinTime(ms: number): void {
    if (ms === this.#minTimeMs) return
    this.#minTimeMs = ms
    void this.#slots.updateSettings({ minTime: ms })
  }

  /** When the last slot began its work, by `performance.now()`. */
  get lastAt(): number {
    return this.#lastAt
  }

  /**
   * Runs `work` in a slot with so many credits. `work` says what it uses as it goes; the rest comes back when it ends.
   * Never rejects for what `work` does not throw.
   */
  async run(credits: Credits, work: (use: (used: Credits) => void) => Promise<void>): Promise<void> {
    if (credits > this.#credits) throw new RangeError(`a slot asks for ${credits} of ${this.#credits} micro-credits`)
    this.#begun += 1
    this.#credits = minus(this.#credits, credits)
    this.#given = plus(this.#given, credits)
    let left: Credits = credits
    let working = 0
    const use = (used: Credits) => {
      left = minus(left, used)
      this.#given = minus(this.#given, used)
    }
    try {
      await this.#slots.schedule(() => {
        working = 1
        this.#working += 1
        this.#lastAt = performance.now()
        return this.#reservoir.schedule({ weight: credits }, () => work(use))
      })
    } finally {
      this.#begun -= 1
      this.#working -= working
      this.#given = minus(this.#given, left)
      this.#give(left)
    }
  }

  /**
   * Puts credits into the reservoir, or takes them out. It never takes out more than is there: a slot that waits to be
   * registered would find less than its weight, and block the queue for ever. What it cannot take now is a debt.
   */
  #give(by: Credits): void {
    const change = by > 0 ? minus(by, least(by, this.#debt)) : most(by, minus(NO_CREDITS, this.#credits))
    this.#debt = minus(this.#debt, minus(by, change))
    if (change === 0) return
    this.#credits = plus(this.#credits, change)
    void this.#reservoir.incrementReservoir(change)
  }
}

/**
 * Bottleneck keeps when the next job may start as an instant of the wall clock, also where no spacing is set. Here that
 * instant is kept by the monotonic clock, and translated for each comparison: setting the wall clock moves nothing.
 */
function monotonic(limiter: Bottleneck): Bottleneck {
  const { _store: store } = limiter as unknown as { _store?: { _nextRequest?: number } }
  if (typeof store?._nextRequest !== 'number')
    throw new TypeError('this version of Bottleneck keeps its time elsewhere')
  let nextAt = performance.now()
  Object.defineProperty(store, '_nextRequest', {
    get: () => Date.now() - performance.now() + nextAt,
    set: (at: number) => {
      nextAt = at - Date.now() + performance.now()
    },
  })
  return limiter
}

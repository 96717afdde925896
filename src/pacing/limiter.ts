import Bottleneck from 'bottleneck'
import { type Credits, least, minus, most, NO_CREDITS, plus } from '../domain/credits/credits.ts'
import type { Clock } from '../domain/time/clock.ts'

/** How many slots there may be at once, and the shortest time between the starts of two of them. */
interface Spaced {
  readonly concurrency: number
  readonly minTimeMs: number
}

/**
 * Wraps Bottleneck; no other file uses it but redis-turnstile.ts, for its cluster in Redis. Provides slots for concurrency and spacing, and a reservoir of the credits still
 * to spend, in micro-credits.
 *
 * - A job is a slot that makes many calls one after another, since Bottleneck manages only some 400 jobs per second.
 * - Its `weight` would count against the concurrency as well, so slots and credits are two limiters.
 * - It takes a job's weight from the reservoir on registration and never returns it: this class returns what a slot did
 *   not spend. A job heavier than the reservoir would block the queue for ever, so the caller asks for at most `credits`.
 * - `reservoirRefresh…`, `failed` retries, `expiration`, job ids, `highWater` and `stop()` are not used: each has a
 *   fault that loses a job, a timer or the process.
 * - It compares the next start with the wall clock, so setting that would stall it; see `monotonic`.
 */
export class Limiter {
  readonly #clock: Clock
  readonly #slots: Bottleneck
  readonly #reservoir: Bottleneck
  /** A copy of the reservoir, less what slots not registered yet will take from it; never negative. */
  #credits: Credits
  /** Credits given to slots and neither used nor returned. */
  #given: Credits = NO_CREDITS
  /** Credits to be withheld as slots return them, since slots held them when the total was lowered. */
  #debt: Credits = NO_CREDITS
  #limit: number
  #minTimeMs: number
  #begun = 0
  #working = 0
  #lastAt = Number.NEGATIVE_INFINITY

  constructor({ concurrency, minTimeMs, credits, clock }: Spaced & { credits: Credits; clock: Clock }) {
    this.#clock = clock
    this.#limit = concurrency
    this.#credits = credits
    this.#minTimeMs = minTimeMs
    this.#slots = monotonic(new Bottleneck({ maxConcurrent: concurrency, minTime: minTimeMs }), clock)
    this.#reservoir = monotonic(new Bottleneck({ reservoir: credits }), clock)
  }

  get free(): number {
    return Math.max(0, this.#limit - this.#begun)
  }

  /** Jobs that have started, and those that wait for their turn. */
  get working(): number {
    return this.#working
  }
  get queued(): number {
    return this.#begun - this.#working
  }

  get credits(): Credits {
    return this.#credits
  }

  /** True while more slots are busy than allowed: one of them should end. */
  get crowded(): boolean {
    return this.#begun > this.#limit
  }

  /** Bottleneck applies the old `minTimeMs` to slots already waiting, so few should wait. */
  allow({ concurrency, minTimeMs }: Spaced): void {
    if (concurrency === this.#limit && minTimeMs === this.#minTimeMs) return
    this.#limit = concurrency
    this.#minTimeMs = minTimeMs
    void this.#slots.updateSettings({ maxConcurrent: concurrency, minTime: minTimeMs })
  }

  /** Sets what may still be spent, including what slots hold. */
  setTotal(total: Credits): void {
    this.#give(minus(total, minus(plus(this.#credits, this.#given), this.#debt)))
  }

  /** When the last slot started, monotonic ms. */
  get lastAt(): number {
    return this.#lastAt
  }

  /**
   * Runs `work` in a slot with `credits`. `work` reports what it uses; the rest is returned when it ends. Rejects only with
   * what `work` throws, and with a RangeError if there are not enough credits.
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
        this.#lastAt = this.#clock.monotonic()
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
   * Adds credits to the reservoir, or removes them. It never removes more than is there, since a slot waiting for
   * registration would find less than its weight and block the queue for ever. The remainder becomes a debt.
   */
  #give(by: Credits): void {
    const change = by > 0 ? minus(by, least(by, this.#debt)) : most(by, minus(NO_CREDITS, this.#credits))
    this.#debt = minus(this.#debt, minus(by, change))
    if (change === 0) return
    this.#credits = plus(this.#credits, change)
    void this.#reservoir.incrementReservoir(change)
  }
}

/** What Bottleneck's own store keeps and does, as far as it is replaced. */
interface Store {
  __register__(...job: unknown[]): Promise<{ readonly success: boolean; readonly wait: number }>
  readonly storeOptions: { readonly minTime: number }
}

/**
 * Bottleneck stores the next job's start as a wall-clock instant, even without spacing, and looks at that clock more than
 * once: set meanwhile, it would hold up a job for as long. Here the wait is that of the monotonic clock.
 */
function monotonic(limiter: Bottleneck, clock: Clock): Bottleneck {
  const { _store: store } = limiter as unknown as { readonly _store?: Store }
  const register = store?.__register__.bind(store)
  if (store === undefined || register === undefined)
    throw new TypeError('this version of Bottleneck keeps its time elsewhere')
  let nextAt = clock.monotonic()
  store.__register__ = async (...job) => {
    const registered = await register(...job)
    if (!registered.success) return registered
    const now = clock.monotonic()
    const wait = Math.max(0, nextAt - now)
    nextAt = now + wait + store.storeOptions.minTime
    return { ...registered, wait }
  }
  return limiter
}

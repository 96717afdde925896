import { type Credits, least, minus, most, NO_CREDITS, plus } from './credits.ts'

/**
 * What the vendor's balances show and our books do not explain. Above zero: more is gone than our calls can have cost
 * (someone else has spent, or costs are declared too low). Below zero: less is (costs are declared too high).
 *
 * Too low a balance is drift at once: our books follow it down. Too high a one is not believed, and shows again in the
 * next balance, so that it is kept as a level: the part that grew no faster than our own costs may be costs that were
 * declared too high; what came at a bound was granted (a reset, a top-up) or is nonsense, and is no drift.
 */
export class Drift {
  readonly #before: Credits
  #gone: Credits = NO_CREDITS
  #spared: Credits = NO_CREDITS
  #granted: Credits = NO_CREDITS
  /** What our calls had cost that the last balance looked at surely held. */
  #held: Credits = NO_CREDITS

  /** `before`: what the run's processes before this one have found. */
  constructor(before: Credits) {
    this.#before = before
  }

  get credits(): Credits {
    return minus(plus(this.#before, this.#gone), this.#spared)
  }

  /** So much is gone that our calls cannot explain. */
  outside(credits: Credits): void {
    this.#gone = plus(this.#gone, credits)
  }

  /** A balance was so much higher than it can be, or not at all; our calls had cost `seen`, of which it surely held `held`. */
  looked(tooHigh: Credits, seen: Credits, held = seen): void {
    const rise = minus(tooHigh, this.#spared, this.#granted)
    const since = minus(seen, this.#held)
    this.#held = held
    if (rise > since) this.#granted = plus(this.#granted, rise)
    else if (rise > 0) this.#spared = plus(this.#spared, rise)
    else this.#fall(minus(NO_CREDITS, rise))
  }

  #fall(credits: Credits): void {
    const granted = least(credits, this.#granted)
    this.#granted = minus(this.#granted, granted)
    this.#spared = most(minus(this.#spared, minus(credits, granted)), NO_CREDITS)
  }
}

import { type Credits, least, minus, most, NO_CREDITS, plus } from './credits.ts'

/** How much a balance is too high: nobody knows what it holds of the calls that were under way. Neither is below zero. */
export interface TooHigh {
  readonly least: Credits
  readonly most: Credits
}

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
  /** How much more may have been granted than is known to have been. */
  #perhaps: Credits = NO_CREDITS
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

  /** A balance was too high by so much, when our calls had cost `seen`, `unsure` of which it may lack. */
  looked(by: TooHigh, seen: Credits, unsure: Credits): void {
    const level = plus(this.#spared, this.#granted)
    const since = minus(seen, this.#held)
    this.#held = minus(seen, unsure)
    if (by.most < level) this.#fall(minus(level, by.most))
    else if (minus(by.least, level) > since) this.#grant(minus(by.least, level), minus(by.most, by.least))
    else if (by.least > level) this.#rise(minus(by.least, level))
    this.#perhaps = most(least(this.#perhaps, minus(by.most, this.#spared, this.#granted)), NO_CREDITS)
  }

  #grant(credits: Credits, perhaps: Credits): void {
    this.#granted = plus(this.#granted, credits)
    this.#perhaps = perhaps
  }

  #rise(credits: Credits): void {
    const granted = least(credits, this.#perhaps)
    this.#granted = plus(this.#granted, granted)
    this.#perhaps = minus(this.#perhaps, granted)
    this.#spared = plus(this.#spared, minus(credits, granted))
  }

  #fall(credits: Credits): void {
    const granted = least(credits, this.#granted)
    this.#granted = minus(this.#granted, granted)
    this.#spared = most(minus(this.#spared, minus(credits, granted)), NO_CREDITS)
  }
}

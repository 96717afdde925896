import { type Credits, least, minus, most, NO_CREDITS, plus } from '../credits/credits.ts'

/** By how much a balance is too high; a range, since it may or may not include calls in flight. Never negative. */
export interface TooHigh {
  readonly least: Credits
  readonly most: Credits
}

/**
 * The difference between the vendor's balances and our books. Above zero: more is gone than our calls can have cost
 * (someone else has spent, or configured costs are too low). Below zero: less is gone (configured costs are too high).
 *
 * A balance that is too low counts as drift at once, since our books follow it. One that is too high is not accepted and
 * shows again in the next balance, so it is tracked as a level: the part that grows no faster than our own costs may be
 * costs configured too high (`spared`); a jump was granted (a reset or top-up) or is an error, and does not count.
 */
export class Drift {
  readonly #before: Credits
  #gone: Credits = NO_CREDITS
  #spared: Credits = NO_CREDITS
  #granted: Credits = NO_CREDITS
  /** The upper limit of what was granted in addition to #granted. */
  #perhaps: Credits = NO_CREDITS
  /** The part of our calls' cost that the last balance certainly included. */
  #held: Credits = NO_CREDITS

  /** `before`: drift found by earlier processes of the run. */
  constructor(before: Credits) {
    this.#before = before
  }

  get credits(): Credits {
    return minus(plus(this.#before, this.#gone), this.#spared)
  }

  /** Our calls cannot explain that this much is gone. */
  outside(credits: Credits): void {
    this.#gone = plus(this.#gone, credits)
  }

  /** A balance was too high by `by` when our calls had cost `seen`, of which it may not include `unsure`. */
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

import { type Credits, least, minus, most, NO_CREDITS } from '../credits/credits.ts'

/**
 * Credits that were bought in addition to the plan and do not expire at the reset: a run does not spend them. The balance
 * endpoint reports how many there are; balances in replies may include them without saying so. Instants are epoch
 * milliseconds.
 */
export class Purchased {
  #now: Credits
  #before: Credits
  #changedAt = Number.NEGATIVE_INFINITY
  readonly #knownSince: number

  /** `knownSince`: when their number was first reported; -Infinity if the vendor never reports it. */
  constructor(credits: Credits, knownSince = Number.NEGATIVE_INFINITY) {
    this.#now = credits
    this.#before = credits
    this.#knownSince = knownSince
  }

  learn(credits: Credits, at: number): void {
    if (credits === this.#now) return
    this.#before = this.#now
    this.#now = credits
    this.#changedAt = at
  }

  /**
   * The plan's part of the balance in the reply to a call sent at `sentAt`. A call in flight when the number changed may
   * include either number; the smaller one is subtracted, so that no spending by others is assumed by mistake (a balance
   * that is too high is ignored anyway). Null: the call was sent before the number was known.
   */
  planOf(balance: Credits, sentAt: number): Credits | null {
    if (sentAt < this.#knownSince) return null
    const credits = sentAt <= this.#changedAt ? least(this.#now, this.#before) : this.#now
    return credits === 0 ? balance : most(minus(balance, credits), NO_CREDITS)
  }
}

import { type Credits, least, minus, most, NO_CREDITS } from './credits.ts'

/**
 * Credits that were bought beside the plan and do not expire at the reset: a run leaves them alone. The balance endpoint
 * tells how many; replies to calls may count them among what remains, and do not say so. Instants are epoch
 * milliseconds.
 */
export class Purchased {
  #now: Credits
  #before: Credits
  #changedAt = Number.NEGATIVE_INFINITY
  readonly #knownSince: number

  /** `knownSince`: when they were first told; there were none before where they never are. */
  constructor(credits: Credits, knownSince = Number.NEGATIVE_INFINITY) {
    this.#now = credits
    this.#before = credits
    this.#knownSince = knownSince
  }

  /** The endpoint has told how many there are. */
  learn(credits: Credits, at: number): void {
    if (credits === this.#now) return
    this.#before = this.#now
    this.#now = credits
    this.#changedAt = at
  }

  /**
   * What is left of the plan, of the balance in the reply to a call that was sent then. A call that was in flight when
   * they changed may count either number: the fewer, so that nobody is taken to have spent what was never there. What
   * is too high then is not believed. Null: the call is older than what we know, and its reply may be too.
   */
  planOf(balance: Credits, sentAt: number): Credits | null {
    if (sentAt < this.#knownSince) return null
    const credits = sentAt <= this.#changedAt ? least(this.#now, this.#before) : this.#now
    return credits === 0 ? balance : most(minus(balance, credits), NO_CREDITS)
  }
}

const FIRST_WAIT_MS = 1_000
const LONGEST_WAIT_MS = 30_000
/** Enough for an endpoint that lags by a minute or two. */
const MOST = 8

/** How often the balance is asked for once more before a run gives up for want of credits; instants are monotonic ms. */
export class SecondLooks {
  #taken = 0
  #dueAt = 0
  #progress = -1
  #enough = false

  /** How long until the next one, ms; null: there have been enough since the last progress. */
  waitMs(now: number, progress: number): number | null {
    if (progress !== this.#progress) {
      this.#progress = progress
      this.#taken = 0
      this.#dueAt = 0
      this.#enough = false
    }
    return this.#enough || this.#taken >= MOST ? null : this.#dueAt - now
  }

  /** One was taken. `enough`: what it told needs no other. */
  took(now: number, enough: boolean): void {
    this.#taken += 1
    this.#enough = enough
    this.#dueAt = now + Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (this.#taken - 1))
  }
}

const FIRST_WAIT_MS = 1_000
const LONGEST_WAIT_MS = 30_000
/** Enough repeats for an endpoint that lags by a minute or two. */
const MOST = 8

/** Limits how often the balance is requested again before a run gives up for lack of credits. Instants are monotonic ms. */
export class SecondLooks {
  #taken = 0
  #dueAt = 0
  #progress = -1
  #enough = false

  /** Time until the next repeat, ms; null: enough since the last progress. `progress`: calls sent so far. */
  waitMs(now: number, progress: number): number | null {
    if (progress !== this.#progress) {
      this.#progress = progress
      this.#taken = 0
      this.#dueAt = 0
      this.#enough = false
    }
    return this.#enough || this.#taken >= MOST ? null : this.#dueAt - now
  }

  /** A repeat was made. `contradicts`: its balance contradicts an earlier one; the next, which may come soon, decides. */
  took(now: number, showed: 'nothing' | 'contradicts' | 'enough'): void {
    this.#taken += 1
    this.#enough = showed === 'enough'
    const waits = showed === 'contradicts' ? 0 : this.#taken - 1
    this.#dueAt = now + Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** waits)
  }
}

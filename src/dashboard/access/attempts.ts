/** How many wrong tokens from one address, and from all, are accepted in `WHILE_MS`. */
const MOST_OF_ONE = 8
const MOST_OF_ALL = 100
const WHILE_MS = 5 * 60_000

/**
 * Counts wrong tokens, so that guesses do not fill the log. The right token is accepted in any case: it is too long to be
 * guessed, and its owner may be behind the same proxy as an attacker.
 */
export class Attempts {
  readonly #now: () => number
  #failed: { readonly from: string; readonly at: number }[] = []

  constructor(now: () => number) {
    this.#now = now
  }

  /** How long the address should wait before its next try, ms. */
  waitMs(from: string): number {
    this.#forget()
    const own = this.#failed.filter((failure) => failure.from === from)
    return Math.max(this.#until(own, MOST_OF_ONE), this.#until(this.#failed, MOST_OF_ALL))
  }

  failed(from: string): void {
    this.#forget()
    this.#failed.push({ from, at: this.#now() })
  }

  #until(failures: readonly { readonly at: number }[], most: number): number {
    const oldest = failures.at(-most)
    return oldest === undefined ? 0 : Math.max(0, oldest.at + WHILE_MS - this.#now())
  }

  #forget(): void {
    const since = this.#now() - WHILE_MS
    this.#failed = this.#failed.filter(({ at }) => at > since).slice(-MOST_OF_ALL)
  }
}

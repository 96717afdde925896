/** After this many refusals in a row the vendor is believed, whatever its balance endpoint says. */
const MOST_IN_ROW = 3
const FIRST_WAIT_MS = 1_000

/**
 * Tracks replies that say that no credits are left, where the balance endpoint may contradict them. While one is weighed
 * nothing is sent; afterwards one call probes alone, and the others follow once it is served. Instants are monotonic ms.
 */
export class CreditRefusals {
  #weighed: { readonly detail: string; readonly dueAt: number } | null = null
  #inRow = 0
  #backAt: number | null = null

  /** The refusal being weighed: the vendor's reason, and when the balance is to be requested. Null: none. */
  get weighed(): { readonly detail: string; readonly dueAt: number } | null {
    return this.#weighed
  }
  /** No call has been served since the last refusal: calls go one at a time. */
  get alone(): boolean {
    return this.#inRow > 0
  }
  get tooMany(): boolean {
    return this.#inRow >= MOST_IN_ROW
  }

  /** When credits come back, by the last refusal that said it, epoch ms; null: none did. */
  get backAt(): number | null {
    return this.#backAt
  }

  saidBackAt(at: number | undefined): void {
    if (at !== undefined) this.#backAt = at
  }

  heard(detail: string, now: number): void {
    if (this.#weighed !== null) return
    this.#inRow += 1
    const waitMs = this.#inRow === 1 ? 0 : FIRST_WAIT_MS * 2 ** (this.#inRow - 2)
    this.#weighed = { detail, dueAt: now + waitMs }
  }

  /** The balance could not be read: it is requested again later, and the failure counts as another refusal. */
  unanswered(now: number): void {
    const detail = this.#weighed?.detail ?? ''
    this.#weighed = null
    this.heard(detail, now)
  }

  /** The balance shows enough credits, against the refusal. */
  overruled(): void {
    this.#weighed = null
  }

  served(): void {
    if (this.#weighed === null) this.#inRow = 0
  }
}

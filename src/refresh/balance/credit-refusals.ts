/** A vendor that goes on refusing for want of credits is right, whatever its balance says. */
const MOST_IN_ROW = 3
const FIRST_WAIT_MS = 1_000

/**
 * Replies that say that no credits are left, where a balance endpoint may say otherwise. While one is weighed nothing is
 * sent; then one call alone goes, and only when the vendor has served it go the others. Instants are monotonic ms.
 */
export class CreditRefusals {
  #weighed: { readonly detail: string; readonly dueAt: number } | null = null
  #inRow = 0

  /** One is being weighed: why no credits are left, as the vendor says, and when the balance is to be asked for. */
  get weighed(): { readonly detail: string; readonly dueAt: number } | null {
    return this.#weighed
  }
  /** Nothing has been served since: calls go one at a time. */
  get alone(): boolean {
    return this.#inRow > 0
  }
  get tooMany(): boolean {
    return this.#inRow >= MOST_IN_ROW
  }

  heard(detail: string, now: number): void {
    if (this.#weighed !== null) return
    this.#inRow += 1
    const waitMs = this.#inRow === 1 ? 0 : FIRST_WAIT_MS * 2 ** (this.#inRow - 2)
    this.#weighed = { detail, dueAt: now + waitMs }
  }

  /** No balance is to be had just now: it is asked for again, and that counts as one refusal more. */
  unanswered(now: number): void {
    const detail = this.#weighed?.detail ?? ''
    this.#weighed = null
    this.heard(detail, now)
  }

  /** The balance shows plenty. */
  overruled(): void {
    this.#weighed = null
  }

  served(): void {
    if (this.#weighed === null) this.#inRow = 0
  }
}

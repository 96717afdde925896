import type { CommittedItem } from '../ports/store.ts'

/** This many records of a run are sent first, before the rest. */
export const CANARY_RECORDS = 5

/**
 * The first records of a run are sent on their own. If all their paid replies are unusable, the config does not fit the
 * vendor, and the run stops before it wastes more credits.
 */
export class Canary {
  #done: boolean
  #opened = 0
  #paid = 0
  #usable = 0
  #shown: string | null = null
  readonly #pending = new Map<number, string | null>()

  constructor(done: boolean) {
    this.#done = done
  }

  get done(): boolean {
    return this.#done
  }

  /** How many more records may be sent until the canary has passed. */
  get allowance(): number {
    return this.#done ? Number.POSITIVE_INFINITY : Math.max(0, CANARY_RECORDS - this.#opened)
  }

  opened(calls: number): void {
    this.#opened += calls
  }

  /** An item goes back to be sent again: it no longer counts as opened. */
  returned(): void {
    if (!this.#done) this.#opened -= 1
  }

  /** An item's reply was paid for; `shown`: an excerpt of it if it was unusable. */
  paid(seq: number, shown: string | null): void {
    if (!this.#done) this.#pending.set(seq, shown)
  }

  /** Evaluates committed items: only now is it known whether the database accepted the values. */
  committed(items: readonly CommittedItem[]): void {
    if (this.#done) return
    for (const item of items) {
      if (item.twin) continue
      const shown = this.#pending.get(item.seq)
      if (shown === undefined || item.end === null) continue
      this.#pending.delete(item.seq)
      this.#paid += 1
      if (item.end === 'failed') this.#shown = shown === null ? item.reason : `${item.reason}; what came back: ${shown}`
      else this.#usable += 1
    }
  }

  /** Once all its records have ended: why the run must stop; null: it may continue. */
  get wrong(): string | null {
    if (this.#paid === 0 || this.#usable > 0) return null
    return `the first ${this.#paid} paid replies were of no use, so the rest was not asked for. The last: ${this.#shown}`
  }

  /** The run continues with the rest. */
  pass(): void {
    this.#done = true
  }
}

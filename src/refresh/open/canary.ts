import type { CommittedItem } from '../ports/store.ts'

/** So many records of a run go alone, before the rest. */
export const CANARY_RECORDS = 5

/**
 * The first records of a run go alone. If every reply that was paid for was of no use, the config does not fit the
 * vendor, and the run stops before it wastes the rest.
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

  /** How many more calls may be opened while it lasts. */
  get allowance(): number {
    return this.#done ? Number.POSITIVE_INFINITY : Math.max(0, CANARY_RECORDS - this.#opened)
  }

  opened(calls: number): void {
    this.#opened += calls
  }

  /** An item goes back to be called again: its turn did not count. */
  returned(): void {
    if (!this.#done) this.#opened -= 1
  }

  /** A reply was paid for; `shown` is what came back, where it was of no use. */
  paid(seq: number, shown: string | null): void {
    if (!this.#done) this.#pending.set(seq, shown)
  }

  /** Its item has been committed: only now is it known whether the database took the values. */
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

  /** All of its records are through: what is wrong, or null if the run may go on. */
  get wrong(): string | null {
    if (this.#paid === 0 || this.#usable > 0) return null
    return `the first ${this.#paid} paid replies were of no use, so the rest was not asked for. The last: ${this.#shown}`
  }

  /** The run goes on with the rest. */
  pass(): void {
    this.#done = true
  }
}

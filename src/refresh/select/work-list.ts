import type { OpenItem } from '../../domain/item.ts'

interface Waiting {
  readonly item: OpenItem
  /** Monotonic ms, as all instants here. */
  readonly dueAt: number
}

/** So many items may wait at the back before they are taken ahead of untried ones: memory stays bounded. */
const BACK_AT_MOST = 5_000

/**
 * Items that a call was opened for and that are still to do. At the front: those whose call never went out, or was
 * throttled; they lost nothing and go next. At the back: those that failed for now; they wait their time, and until
 * the untried ones are through.
 */
export class WorkList {
  #front: OpenItem[] = []
  #back: Waiting[] = []

  get size(): number {
    return this.#front.length + this.#back.length
  }

  putFront(item: OpenItem): void {
    this.#front.push(item)
  }

  putBack(item: OpenItem, dueAt: number): void {
    this.#back.push({ item, dueAt })
  }

  /** Items that were taken and found no place in a call: they are next. */
  giveBack(items: readonly OpenItem[]): void {
    if (items.length > 0) this.#front = [...items, ...this.#front]
  }

  /** Up to `count` items to take now; they leave the list. */
  take(count: number, now: number, untried: boolean): OpenItem[] {
    const taken = this.#front.splice(0, count)
    if (taken.length === count || (untried && this.#back.length < BACK_AT_MOST)) return taken
    const later: Waiting[] = []
    for (const waiting of this.#back) {
      if (taken.length < count && waiting.dueAt <= now) taken.push(waiting.item)
      else later.push(waiting)
    }
    this.#back = later
    return taken
  }

  /** Items that could be taken now. */
  ready(now: number, untried: boolean): number {
    const due = untried && this.#back.length < BACK_AT_MOST ? 0 : this.#back.filter(({ dueAt }) => dueAt <= now).length
    return this.#front.length + due
  }

  /** When the next item at the back is due; null if none waits. */
  get nextDueAt(): number | null {
    return this.#back.reduce<number | null>(
      (least, { dueAt }) => (least === null ? dueAt : Math.min(least, dueAt)),
      null,
    )
  }
}

import type { OpenItem } from '../../domain/call/item.ts'

interface Waiting {
  readonly item: OpenItem
  /** Monotonic ms, as all instants here. */
  readonly dueAt: number
}

/** With more items than this at the back, due ones are taken before untried ones, so that memory stays bounded. */
const BACK_AT_MOST = 5_000

/**
 * Items to retry. At the front: items whose call was never sent, or was throttled; they are taken next. At the back:
 * items whose attempt failed; they wait for their retry delay, and until there are no untried items left.
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

  /** Returns items that were taken but found no place in a call; they are taken next. */
  giveBack(items: readonly OpenItem[]): void {
    if (items.length > 0) this.#front = [...items, ...this.#front]
  }

  /** Removes and returns up to `count` items. `untried`: the run has untried items left. */
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

  /** Number of items that `take` could return now. */
  ready(now: number, untried: boolean): number {
    const due = untried && this.#back.length < BACK_AT_MOST ? 0 : this.#back.filter(({ dueAt }) => dueAt <= now).length
    return this.#front.length + due
  }

  /** When the next item at the back is due, monotonic ms; null: none. */
  get nextDueAt(): number | null {
    return this.#back.reduce<number | null>(
      (least, { dueAt }) => (least === null ? dueAt : Math.min(least, dueAt)),
      null,
    )
  }
}

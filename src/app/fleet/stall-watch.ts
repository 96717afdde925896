import type { RunEvent } from '../../refresh/events/events.ts'

const LEAST_MS = 60_000

/** Whether a run gets anywhere: its vendor may be dead or very slow, it may be paused, or slow on purpose. */
export class StallWatch {
  readonly #patienceMs: number
  readonly #monotonic: () => number
  #movedAt: number
  #mark = ''

  /** `timeoutMs`: after what the vendor's calls are given up. */
  constructor(timeoutMs: number, monotonic: () => number) {
    this.#patienceMs = Math.max(LEAST_MS, 2 * timeoutMs)
    this.#monotonic = monotonic
    this.#movedAt = monotonic()
  }

  observe(event: RunEvent): void {
    if (!('summary' in event)) return
    const { records, credits } = event.summary
    const mark = `${records.refreshed} ${records.notFound} ${records.superseded} ${credits.spent} ${records.selected}`
    if (mark === this.#mark) return
    this.#mark = mark
    this.#movedAt = this.#monotonic()
  }

  get isStalled(): boolean {
    return this.#monotonic() - this.#movedAt >= this.#patienceMs
  }
}

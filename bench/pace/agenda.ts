/** What happens next, in virtual time: a heap of instants (ms) and what to do then. Ties go by age, so a seed repeats. */
export class Agenda {
  now = 0
  readonly #heap: { readonly at: number; readonly nth: number; readonly then: () => void }[] = []
  #nth = 0
  #stopped = false

  at(at: number, then: () => void): void {
    const heap = this.#heap
    const entry = { at: Math.max(at, this.now), nth: this.#nth++, then }
    let i = heap.length
    heap.push(entry)
    while (i > 0) {
      const up = (i - 1) >> 1
      const parent = heap[up]!
      if (!isBefore(entry, parent)) break
      heap[i] = parent
      i = up
    }
    heap[i] = entry
  }

  /** Lives until nothing is left to do before `end`. */
  run(end: number): void {
    for (let next = this.#heap[0]; next !== undefined && next.at <= end && !this.#stopped; next = this.#heap[0]) {
      this.#dropFirst()
      this.now = next.at
      next.then()
    }
    if (!this.#stopped) this.now = end
  }

  stop(): void {
    this.#stopped = true
  }

  #dropFirst(): void {
    const heap = this.#heap
    const last = heap.pop()!
    if (heap.length === 0) return
    let i = 0
    for (;;) {
      let child = 2 * i + 1
      if (child >= heap.length) break
      if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child += 1
      if (!isBefore(heap[child]!, last)) break
      heap[i] = heap[child]!
      i = child
    }
    heap[i] = last
  }
}

function isBefore(a: { at: number; nth: number }, b: { at: number; nth: number }): boolean {
  return a.at < b.at || (a.at === b.at && a.nth < b.nth)
}

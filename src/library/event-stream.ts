/** Delivers events to each reader from when it starts iterating. Each reader has its own queue; without readers nothing is kept. */
export class EventStream<T> {
  readonly #readers = new Set<Reader<T>>()
  #ended = false

  push(event: T): void {
    for (const reader of this.#readers) reader.push(event)
  }

  end(): void {
    this.#ended = true
    for (const reader of this.#readers) reader.end()
  }

  iterate(): AsyncIterator<T> {
    const reader = new Reader<T>(() => this.#readers.delete(reader))
    if (this.#ended) reader.end()
    else this.#readers.add(reader)
    return reader
  }
}

class Reader<T> implements AsyncIterator<T> {
  readonly #leave: () => void
  #queue: T[] = []
  #waiting: ((result: IteratorResult<T>) => void)[] = []
  #ended = false

  constructor(leave: () => void) {
    this.#leave = leave
  }

  push(event: T): void {
    const waiting = this.#waiting.shift()
    if (waiting === undefined) this.#queue.push(event)
    else waiting({ value: event, done: false })
  }

  end(): void {
    this.#ended = true
    for (const waiting of this.#waiting.splice(0)) waiting({ value: undefined, done: true })
  }

  async next(): Promise<IteratorResult<T>> {
    const event = this.#queue.shift()
    if (event !== undefined) return { value: event, done: false }
    if (this.#ended) return { value: undefined, done: true }
    return new Promise((resolve) => this.#waiting.push(resolve))
  }

  async return(): Promise<IteratorResult<T>> {
    this.#leave()
    this.end()
    return { value: undefined, done: true }
  }
}

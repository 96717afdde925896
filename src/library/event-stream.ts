import { EventEmitter, on } from 'node:events'

/** Delivers events to each reader from when it starts iterating. Each reader has its own queue; without readers nothing is kept. */
export class EventStream<T> {
  readonly #readers = new EventEmitter().setMaxListeners(0)
  #ended = false

  push(event: T): void {
    this.#readers.emit('event', event)
  }

  end(): void {
    this.#ended = true
    this.#readers.emit('end')
  }

  iterate(): AsyncIterator<T> {
    const events = on(this.#readers, 'event', { close: ['end'] })
    const leave = async () => {
      await events.return?.()
      return { value: undefined, done: true } as const
    }
    if (this.#ended) leave()
    const next = async (): Promise<IteratorResult<T>> => {
      const { value, done } = await events.next()
      return done ? { value: undefined, done } : { value: value[0], done: false }
    }
    return { next, return: leave }
  }
}

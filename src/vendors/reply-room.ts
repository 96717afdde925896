/** A reply that is being read. */
export interface Reading {
  pause(): void
  resume(): void
}

/** All unpacked bytes that replies may hold at once while they are read. */
const MOST_BYTES = 16 * 1024 * 1024
/** A reply with less waits for no other. */
const FREE_BYTES = 256 * 1024

/**
 * The memory for replies that are being read: where it is used up, long replies wait, and only the one that began first
 * is read on, so that one is always finished.
 */
export class ReplyRoom {
  /** In the order in which they began to arrive. */
  readonly #held = new Map<Reading, number>()
  readonly #most: number
  #bytes = 0

  constructor(mostBytes = MOST_BYTES) {
    this.#most = mostBytes
  }

  take(reading: Reading, bytes: number): void {
    const held = (this.#held.get(reading) ?? 0) + bytes
    this.#held.set(reading, held)
    this.#bytes += bytes
    if (this.#bytes > this.#most && held > FREE_BYTES && reading !== this.#first) reading.pause()
  }

  leave(reading: Reading): void {
    this.#bytes -= this.#held.get(reading) ?? 0
    if (!this.#held.delete(reading)) return
    if (this.#bytes <= this.#most) for (const each of this.#held.keys()) each.resume()
    else this.#first?.resume()
  }

  get #first(): Reading | undefined {
    return this.#held.keys().next().value
  }
}

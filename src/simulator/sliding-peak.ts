/** The highest number of events seen in any sliding window. */
export class SlidingPeak {
  readonly #windowMs: number
  #peak = 0
  // A ring of the instants still in the window; its size is a power of two, so that a mask wraps it.
  #ring = new Float64Array(1_024)
  #head = 0
  #size = 0

  constructor(windowMs: number) {
    this.#windowMs = windowMs
  }

  get peak(): number {
    return this.#peak
  }

  add(nowAt: number): void {
    this.#dropBefore(nowAt - this.#windowMs)
    if (this.#size === this.#ring.length) this.#grow()
    this.#ring[(this.#head + this.#size) & (this.#ring.length - 1)] = nowAt
    this.#size++
    if (this.#size > this.#peak) this.#peak = this.#size
  }

  #dropBefore(endedAt: number): void {
    while (this.#size > 0 && (this.#ring[this.#head] as number) <= endedAt) {
      this.#head = (this.#head + 1) & (this.#ring.length - 1)
      this.#size--
    }
  }

  #grow(): void {
    const bigger = new Float64Array(this.#ring.length * 2)
    for (let i = 0; i < this.#size; i++) bigger[i] = this.#ring[(this.#head + i) & (this.#ring.length - 1)] as number
    this.#ring = bigger
    this.#head = 0
  }
}

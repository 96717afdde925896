/** Records per call: the vendor's maximum, halved for records whose whole call was refused, to isolate the bad one. */
export class BatchSizes {
  #most: number
  /** The largest call that has been answered. */
  #proven = 0
  /** A full-size call was too long, and none has succeeded since. */
  #tooLong = false
  readonly #own = new Map<number, number>()

  constructor(most: number) {
    this.#most = most
  }

  get most(): number {
    return this.#most
  }

  /** The most records in a call that carries this item. */
  of(seq: number): number {
    return Math.min(this.#most, this.#own.get(seq) ?? this.#most)
  }

  /** A call of this many records was answered. */
  passed(records: number): void {
    this.#proven = Math.max(this.#proven, records)
    if (records >= this.#most) this.#tooLong = false
  }

  /**
   * A call was too long for the vendor; `fit` of its records may fit. A single long record may be the cause, so only the
   * second full-size call in a row lowers the limit for all calls.
   */
  tooLong(seqs: readonly number[], fit: number): void {
    if (seqs.length >= this.#most) {
      if (this.#tooLong) this.#shrink(fit)
      this.#tooLong = !this.#tooLong
    }
    this.narrow(seqs, fit)
  }

  /** A call of this many records timed out. Unless one as large was answered before, the limit is lowered. */
  timedOut(records: number): void {
    if (records > this.#proven && records > 1) this.#shrink(Math.max(this.#proven, Math.ceil(records / 2)))
  }

  /** Limits calls with these items to `records`. */
  narrow(seqs: readonly number[], records: number): void {
    for (const seq of seqs) this.#own.set(seq, Math.max(1, records))
  }

  forget(seq: number): void {
    this.#own.delete(seq)
  }

  #shrink(records: number): void {
    this.#most = Math.max(1, Math.min(this.#most, records))
  }
}

/**
 * How many records a call may carry: as many as the vendor takes at once, and fewer for records whose call was
 * refused whole, until the bad one among them is alone.
 */
export class BatchSizes {
  #most: number
  /** The largest call that has come back. */
  #proven = 0
  /** A full call was too long, and none has passed since. */
  #tooLong = false
  readonly #own = new Map<number, number>()

  /** `most`: as the vendor says. */
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

  /** A call of so many records has brought its reply. */
  passed(records: number): void {
    this.#proven = Math.max(this.#proven, records)
    if (records >= this.#most) this.#tooLong = false
  }

  /**
   * A call was too long for the vendor; so many of its records may fit. One long record may be why, so that the second
   * full call in a row decides for all of them.
   */
  tooLong(seqs: readonly number[], fit: number): void {
    if (seqs.length >= this.#most) {
      if (this.#tooLong) this.#shrink(fit)
      this.#tooLong = !this.#tooLong
    }
    this.narrow(seqs, fit)
  }

  /** A call of so many records took longer than a call may. Unless one as large has passed before, they are too many. */
  timedOut(records: number): void {
    if (records > this.#proven && records > 1) this.#shrink(Math.max(this.#proven, Math.ceil(records / 2)))
  }

  /** These items go in calls of so many. */
  narrow(seqs: readonly number[], records: number): void {
    for (const seq of seqs) this.#own.set(seq, Math.max(1, records))
  }

  /** The item has ended. */
  forget(seq: number): void {
    this.#own.delete(seq)
  }

  #shrink(records: number): void {
    this.#most = Math.max(1, Math.min(this.#most, records))
  }
}

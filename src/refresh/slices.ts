/**
 * How many records a call may carry: as many as the vendor takes at once, and fewer for records whose call was
 * refused whole, until the bad one among them is alone.
 */
export class Slices {
  #most: number
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

  /** The vendor takes no longer calls than this: so it is for all, from now on. */
  shrink(records: number): void {
    this.#most = Math.max(1, Math.min(this.#most, records))
  }

  /** These items go in calls of so many. */
  narrow(seqs: readonly number[], records: number): void {
    for (const seq of seqs) this.#own.set(seq, Math.max(1, records))
  }

  /** The item has ended. */
  forget(seq: number): void {
    this.#own.delete(seq)
  }
}

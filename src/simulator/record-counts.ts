/** How often each record was charged, and the extremes of it without a scan. */
export class RecordCounts {
  readonly #counts = new Map<string, number>()
  #most = 0
  #moreThanOnce = 0

  add(record: string): void {
    const count = (this.#counts.get(record) ?? 0) + 1
    this.#counts.set(record, count)
    if (count > this.#most) this.#most = count
    if (count === 2) this.#moreThanOnce++
  }

  of(record: string): number {
    return this.#counts.get(record) ?? 0
  }

  get all(): ReadonlyMap<string, number> {
    return this.#counts
  }

  totals() {
    return {
      distinctRecords: this.#counts.size,
      mostChargesOfARecord: this.#most,
      recordsChargedMoreThanOnce: this.#moreThanOnce,
    }
  }
}

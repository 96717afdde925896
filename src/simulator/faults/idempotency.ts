type Claim<Stored> = { is: 'first' } | { is: 'stored'; stored: Stored } | { is: 'in-progress' } | { is: 'mismatch' }

type Entry<Stored> = { records: readonly string[]; stored: Stored | undefined; waiting: (() => void)[] | undefined }

/** Replies by idempotency key; none is ever forgotten. */
export class IdempotencyStore<Stored> {
  readonly #entries = new Map<string, Entry<Stored>>()

  /** `first`: serve the call, then keep or release the key. `in-progress`: `again` is called once that is done. */
  claim(key: string, records: readonly string[], again: () => void): Claim<Stored> {
    const entry = this.#entries.get(key)
    if (!entry) {
      this.#entries.set(key, { records, stored: undefined, waiting: undefined })
      return { is: 'first' }
    }
    if (!sameRecords(entry.records, records)) return { is: 'mismatch' }
    if (entry.stored !== undefined) return { is: 'stored', stored: entry.stored }
    entry.waiting ??= []
    entry.waiting.push(again)
    return { is: 'in-progress' }
  }

  /** What other calls with the key are answered from now on. */
  keep(key: string, stored: Stored): void {
    const entry = this.#entries.get(key)
    if (!entry) return
    const waiting = entry.waiting ?? []
    entry.stored = stored
    entry.waiting = undefined
    for (const again of waiting) again()
  }

  /** The call has no answer: the key is free again. */
  release(key: string): void {
    const entry = this.#entries.get(key)
    this.#entries.delete(key)
    for (const again of entry?.waiting ?? []) again()
  }
}

function sameRecords(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((record, i) => record === b[i])
}

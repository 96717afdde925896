/** What a key is worth to the call that brings it. */
export type Claim<Stored> =
  | { is: 'first' }
  | { is: 'stored'; stored: Stored }
  | { is: 'in-progress' }
  | { is: 'mismatch' }

type Entry<Stored> = { records: readonly string[]; stored: Stored | undefined; waiting: (() => void)[] | undefined }

/** The replies kept under the clients' idempotency keys, for as long as the vendor runs. */
export class IdempotencyStore<Stored> {
  readonly #entries = new Map<string, Entry<Stored>>()

  /**
   * Claims a key for a call. `first`: the call is to be served, then kept or released. `in-progress`: another one is
   * being served, and `again` is called once it is known what came of it.
   */
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

  /** The claimed call came to something: whoever brings the key again gets that. */
  keep(key: string, stored: Stored): void {
    const entry = this.#entries.get(key)
    if (!entry) return
    const waiting = entry.waiting ?? []
    entry.stored = stored
    entry.waiting = undefined
    for (const again of waiting) again()
  }

  /** The claimed call came to nothing: the key is free again. */
  release(key: string): void {
    const entry = this.#entries.get(key)
    this.#entries.delete(key)
    for (const again of entry?.waiting ?? []) again()
  }
}

function sameRecords(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((record, i) => record === b[i])
}

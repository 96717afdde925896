import { fromMicro } from './micro-credits.ts'

/** `lookup`: we were charged · `outside`: someone else spent · `topup`: credits were bought · `reset`: a cycle began. */
type BillKind = 'lookup' | 'outside' | 'topup' | 'reset'

/** One line of the bill, in micro-credits. */
type Entry = {
  kind: BillKind
  /** Taken by a lookup or from outside, added by a top-up, or expired by a reset. */
  micro: number
  /** The balance after it. */
  remainingMicro: number
  /** Milliseconds since the Unix epoch. */
  at: number
  /** The lookup keys that were charged for. */
  records?: readonly string[]
  /** As sent with the request, whether the vendor honours it or not. */
  idempotencyKey?: string | undefined
  /** Why, where somebody said. */
  note?: string | undefined
}

/** Everything that ever moved the account. */
export class Bill {
  #firstSeq = 1
  #entries: Entry[] = []
  #sums: Record<BillKind, number> = { lookup: 0, outside: 0, topup: 0, reset: 0 }
  #charges = 0
  /** How often each lookup key was charged. */
  #counts = new Map<string, number>()
  #mostOften = 0
  #moreThanOnce = 0
  readonly #chargedAt = new Map<string, number>()

  add(entry: Entry): void {
    this.#entries.push(entry)
    this.#sums[entry.kind] += entry.micro
    if (entry.kind !== 'lookup') return
    this.#charges++
    for (const record of entry.records ?? []) {
      this.#count(record)
      this.#chargedAt.set(record, entry.at)
    }
  }

  get lastSeq(): number {
    return this.#firstSeq + this.#entries.length - 1
  }

  /** Entries in order, from a number on, at most `limit` of them. */
  entries(fromSeq = 1, limit = Number.POSITIVE_INFINITY): ReturnType<typeof told>[] {
    const start = Math.max(0, fromSeq - this.#firstSeq)
    return this.#entries.slice(start, start + limit).map((entry, i) => told(entry, this.#firstSeq + start + i))
  }

  /** What the bill adds up to. All of it is kept as the bill grows, so asking costs nothing. */
  totals() {
    return {
      charges: this.#charges,
      lookupCredits: fromMicro(this.#sums.lookup),
      outsideCredits: fromMicro(this.#sums.outside),
      toppedUpCredits: fromMicro(this.#sums.topup),
      /** Lost at resets. */
      expiredCredits: fromMicro(this.#sums.reset),
      distinctRecords: this.#counts.size,
      mostChargesOfARecord: this.#mostOften,
      recordsChargedMoreThanOnce: this.#moreThanOnce,
      lastSeq: this.lastSeq,
    }
  }

  /** How often a lookup key was charged. */
  chargesOf(record: string): number {
    return this.#counts.get(record) ?? 0
  }

  /** Every lookup key that was charged, with how often. */
  chargesByRecord(): ReadonlyMap<string, number> {
    return this.#counts
  }

  /** The balance as it was so many entries ago, in micro-credits; `undefined` where the bill is not that long. */
  remainingMicroAgo(entries: number): number | undefined {
    return this.#entries.at(-1 - entries)?.remainingMicro
  }

  /** The balance as it was at an instant, in micro-credits; `undefined` where no entry is that old. */
  remainingMicroAt(at: number): number | undefined {
    return this.#entries.findLast((entry) => entry.at <= at)?.remainingMicro
  }

  /** When a lookup key was last charged; `undefined` where it never was. */
  chargedAt(record: string): number | undefined {
    return this.#chargedAt.get(record)
  }

  /** Empties the bill, not the account. */
  forget(): void {
    this.#firstSeq = this.lastSeq + 1
    this.#entries = []
    this.#sums = { lookup: 0, outside: 0, topup: 0, reset: 0 }
    this.#charges = 0
    this.#counts = new Map()
    this.#mostOften = 0
    this.#moreThanOnce = 0
  }

  #count(record: string): void {
    const count = this.chargesOf(record) + 1
    this.#counts.set(record, count)
    this.#mostOften = Math.max(this.#mostOften, count)
    if (count === 2) this.#moreThanOnce++
  }
}

/** `seq`: 1, 2, 3, …; goes on counting when the bill is forgotten. */
function told({ kind, micro, remainingMicro, at, records = [], idempotencyKey, note }: Entry, seq: number) {
  return {
    seq,
    kind,
    callId: idempotencyKey ?? `call-${seq}`,
    ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
    records,
    credits: fromMicro(micro),
    remaining: fromMicro(remainingMicro),
    at,
    ...(note === undefined ? {} : { note }),
  }
}

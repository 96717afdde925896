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
  /** Epoch ms. */
  at: number
  /** The lookup keys that were charged. */
  records?: readonly string[]
  /** As sent, even if the vendor does not honour it. */
  idempotencyKey?: string | undefined
  note?: string | undefined
}

/** Every change of the account's balance. */
export class Bill {
  #firstSeq = 1
  #entries: Entry[] = []
  /** Kept as the bill grows, so that asking costs nothing. */
  #sums = noSums()
  readonly #chargedAt = new Map<string, number>()

  add(entry: Entry): void {
    this.#entries.push(entry)
    const sums = this.#sums
    sums[entry.kind] += entry.micro
    if (entry.kind !== 'lookup') return
    sums.charges++
    for (const record of entry.records ?? []) {
      const count = this.chargesOf(record) + 1
      sums.counts.set(record, count)
      sums.mostOften = Math.max(sums.mostOften, count)
      if (count === 2) sums.moreThanOnce++
      this.#chargedAt.set(record, entry.at)
    }
  }

  get lastSeq(): number {
    return this.#firstSeq + this.#entries.length - 1
  }

  entries(fromSeq = 1, limit = Number.POSITIVE_INFINITY): ReturnType<typeof shown>[] {
    const start = Math.max(0, fromSeq - this.#firstSeq)
    return this.#entries.slice(start, start + limit).map((entry, i) => shown(entry, this.#firstSeq + start + i))
  }

  totals() {
    const { lookup, outside, topup, reset, charges, counts, mostOften, moreThanOnce } = this.#sums
    return {
      charges,
      lookupCredits: fromMicro(lookup),
      outsideCredits: fromMicro(outside),
      toppedUpCredits: fromMicro(topup),
      expiredCredits: fromMicro(reset),
      distinctRecords: counts.size,
      mostChargesOfARecord: mostOften,
      recordsChargedMoreThanOnce: moreThanOnce,
      lastSeq: this.lastSeq,
    }
  }

  /** How often a lookup key was charged. */
  chargesOf(record: string): number {
    return this.#sums.counts.get(record) ?? 0
  }

  chargesByRecord(): ReadonlyMap<string, number> {
    return this.#sums.counts
  }

  /** The balance so many entries ago; `undefined` where the bill is not that long. */
  remainingMicroAgo(entries: number): number | undefined {
    return this.#entries.at(-1 - entries)?.remainingMicro
  }

  /** The balance at an instant; `undefined` where no entry is that old. */
  remainingMicroAt(at: number): number | undefined {
    return this.#entries.findLast((entry) => entry.at <= at)?.remainingMicro
  }

  /** When a lookup key was last charged. */
  chargedAt(record: string): number | undefined {
    return this.#chargedAt.get(record)
  }

  /** Empties the bill, not the account. */
  forget(): void {
    this.#firstSeq = this.lastSeq + 1
    this.#entries = []
    this.#sums = noSums()
  }
}

function noSums() {
  const micro: Record<BillKind, number> = { lookup: 0, outside: 0, topup: 0, reset: 0 }
  return { ...micro, charges: 0, counts: new Map<string, number>(), mostOften: 0, moreThanOnce: 0 }
}

/** `seq`: 1, 2, 3, …, also across a forgotten bill. */
function shown({ kind, micro, remainingMicro, at, records = [], idempotencyKey, note }: Entry, seq: number) {
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

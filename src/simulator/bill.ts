import { fromMicro } from './micro-credits.ts'
import { RecordCounts } from './record-counts.ts'

/** `lookup`: we were charged · `outside`: someone else spent · `topup`: credits were bought · `reset`: a cycle began. */
export type BillKind = 'lookup' | 'outside' | 'topup' | 'reset'

/** One line of the bill. */
export type BillEntry = {
  /** 1, 2, 3, …; goes on counting when the bill is forgotten. */
  seq: number
  kind: BillKind
  /** The idempotency key, where the request had one. */
  callId: string
  /** As sent with the request, whether the vendor honours it or not. */
  idempotencyKey?: string
  /** The lookup keys that were charged for. */
  records: readonly string[]
  /** Taken by a lookup or from outside, added by a top-up, or expired by a reset. */
  credits: number
  /** The balance after it. */
  remaining: number
  /** Milliseconds since the Unix epoch. */
  at: number
  /** Why, where somebody said. */
  note?: string
}

/** What the bill adds up to. All of it is kept as the bill grows, so asking costs nothing. */
export type BillTotals = {
  /** Charges for lookups. */
  charges: number
  /** Credits billed for lookups. */
  lookupCredits: number
  outsideCredits: number
  toppedUpCredits: number
  /** Credits lost at resets. */
  expiredCredits: number
  distinctRecords: number
  mostChargesOfARecord: number
  recordsChargedMoreThanOnce: number
  /** The last entry's number; 0 before the first. */
  lastSeq: number
}

/** What a new entry says; credits in micro-credits. */
export type NewEntry = {
  kind: BillKind
  micro: number
  remainingMicro: number
  at: number
  records?: readonly string[]
  idempotencyKey?: string | undefined
  note?: string | undefined
}

const NO_RECORDS: readonly string[] = []

/** Everything that ever moved the account, kept in columns so that a million charges stay small. */
export class Bill {
  #firstSeq = 1
  #kinds: BillKind[] = []
  #micros: number[] = []
  #remainings: number[] = []
  #ats: number[] = []
  #records: (readonly string[])[] = []
  #keys: (string | undefined)[] = []
  #notes = new Map<number, string>()
  #sums: Record<BillKind, number> = { lookup: 0, outside: 0, topup: 0, reset: 0 }
  #charges = 0
  #counts = new RecordCounts()
  readonly #chargedAt = new Map<string, number>()

  add(entry: NewEntry): void {
    const records = entry.records ?? NO_RECORDS
    if (entry.note !== undefined) this.#notes.set(this.lastSeq + 1, entry.note)
    this.#kinds.push(entry.kind)
    this.#micros.push(entry.micro)
    this.#remainings.push(entry.remainingMicro)
    this.#ats.push(entry.at)
    this.#records.push(records)
    this.#keys.push(entry.idempotencyKey)
    this.#sums[entry.kind] += entry.micro
    if (entry.kind !== 'lookup') return
    this.#charges++
    for (const record of records) {
      this.#counts.add(record)
      this.#chargedAt.set(record, entry.at)
    }
  }

  get lastSeq(): number {
    return this.#firstSeq + this.#kinds.length - 1
  }

  /** Entries in order, from a number on, at most `limit` of them. */
  entries(fromSeq = 1, limit = Number.POSITIVE_INFINITY): BillEntry[] {
    const start = Math.max(0, fromSeq - this.#firstSeq)
    const length = Math.min(limit, Math.max(0, this.#kinds.length - start))
    return Array.from({ length }, (_, i) => this.#entry(start + i))
  }

  totals(): BillTotals {
    return {
      charges: this.#charges,
      lookupCredits: fromMicro(this.#sums.lookup),
      outsideCredits: fromMicro(this.#sums.outside),
      toppedUpCredits: fromMicro(this.#sums.topup),
      expiredCredits: fromMicro(this.#sums.reset),
      ...this.#counts.totals(),
      lastSeq: this.lastSeq,
    }
  }

  /** How often a lookup key was charged. */
  chargesOf(record: string): number {
    return this.#counts.of(record)
  }

  /** Every lookup key that was charged, with how often. */
  chargesByRecord(): ReadonlyMap<string, number> {
    return this.#counts.all
  }

  /** The balance as it was so many entries ago, in micro-credits; `undefined` where the bill is not that long. */
  remainingMicroAgo(entries: number): number | undefined {
    return this.#remainings[this.#remainings.length - 1 - entries]
  }

  /** The balance as it was at an instant, in micro-credits; `undefined` where no entry is that old. */
  remainingMicroAt(at: number): number | undefined {
    let last = this.#ats.length - 1
    while (last >= 0 && (this.#ats[last] as number) > at) last--
    return this.#remainings[last]
  }

  /** When a lookup key was last charged; `undefined` where it never was. */
  chargedAt(record: string): number | undefined {
    return this.#chargedAt.get(record)
  }

  /** Empties the bill, not the account. */
  forget(): void {
    this.#firstSeq = this.lastSeq + 1
    this.#kinds = []
    this.#micros = []
    this.#remainings = []
    this.#ats = []
    this.#records = []
    this.#keys = []
    this.#notes = new Map()
    this.#sums = { lookup: 0, outside: 0, topup: 0, reset: 0 }
    this.#charges = 0
    this.#counts = new RecordCounts()
  }

  #entry(index: number): BillEntry {
    const seq = this.#firstSeq + index
    const key = this.#keys[index]
    const note = this.#notes.get(seq)
    return {
      seq,
      kind: this.#kinds[index] as BillKind,
      callId: key ?? `call-${seq}`,
      ...(key === undefined ? {} : { idempotencyKey: key }),
      records: this.#records[index] as readonly string[],
      credits: fromMicro(this.#micros[index] as number),
      remaining: fromMicro(this.#remainings[index] as number),
      at: this.#ats[index] as number,
      ...(note === undefined ? {} : { note }),
    }
  }
}

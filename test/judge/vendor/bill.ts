/** What a record's reply was, and what it cost. */
export interface Served {
  readonly record: string
  /** The address that the vendor was asked about. */
  readonly email: string
  /** What the vendor gave for `job_title`; null: nothing was found. */
  readonly value: string | null
  readonly micro: number
}

/** One HTTP request, and what became of it. Instants are epoch milliseconds of the judge's clock. */
export interface Receipt {
  readonly serial: number
  readonly kind: 'call' | 'poll' | 'balance'
  /** The process that sent it. */
  readonly process: string
  readonly at: number
  /** The idempotency key. */
  readonly key: string | null
  readonly records: readonly string[]
  readonly emails: readonly string[]
  /** What kind of trouble the vendor made. */
  fault: string | null
  status: number | null
  /** When it was charged; null: never. */
  billedAt: number | null
  served: readonly Served[]
  /** The call that was charged, where this one only had its results: a poll, or a repeat under the same key. */
  resultOf: number | null
  /** When the whole reply had been handed to the network; null: never. */
  answeredAt: number | null
  /** When the connection ended without a whole reply. */
  lostAt: number | null
  /** The client had the reply's word on the balance, and on when to come again. */
  balanceShown: number | null
  retryAfterMs: number | null
  /** The reply's data could not be used. */
  unusable: boolean
  /** How many calls the vendor had open then, this one among them. */
  open: number
}

/** What others, and our calls, took from the account. */
export interface Movement {
  readonly at: number
  readonly by: 'us' | 'others'
  readonly micro: number
  readonly balance: number
  readonly receipt: number | null
}

/** The vendor's own book, which the judge holds against spenddown's. */
export class Bill {
  readonly receipts: Receipt[] = []
  readonly movements: Movement[] = []
  balance: number

  constructor(balance: number) {
    this.balance = balance
  }

  open(request: Pick<Receipt, 'kind' | 'process' | 'key' | 'records' | 'emails' | 'open'>): Receipt {
    const receipt: Receipt = {
      ...request,
      serial: this.receipts.length + 1,
      at: Date.now(),
      fault: null,
      status: null,
      billedAt: null,
      served: [],
      resultOf: null,
      answeredAt: null,
      lostAt: null,
      balanceShown: null,
      retryAfterMs: null,
      unusable: false,
    }
    this.receipts.push(receipt)
    return receipt
  }

  /** Takes what a call costs. */
  charge(receipt: Receipt, served: readonly Served[]): void {
    receipt.billedAt = Date.now()
    receipt.served = served
    this.move('us', costOf(served), receipt.serial)
  }

  /** Others take what is left at most. */
  spendOfOthers(micro: number): void {
    this.move('others', Math.min(micro, this.balance), null)
  }

  /** What the account had at an instant, as of the lag. */
  balanceAt(at: number): number {
    let balance = this.balance
    for (const movement of this.movements.toReversed()) {
      if (movement.at <= at) break
      balance = movement.balance + movement.micro
    }
    return balance
  }

  private move(by: Movement['by'], micro: number, receipt: number | null): void {
    if (micro === 0) return
    this.balance -= micro
    this.movements.push({ at: Date.now(), by, micro, balance: this.balance, receipt })
  }
}

export function costOf(served: readonly Served[]): number {
  return served.reduce((sum, { micro }) => sum + micro, 0)
}

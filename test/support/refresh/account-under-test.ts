import type { Credits } from '../../../src/domain/credits/credits.ts'

/** A call as the vendor knows it. */
export interface VendorCall {
  readonly n: number
  /** It may still be charged: it is in flight, or was when its process died. */
  live: boolean
  /** What it cost; null: the vendor has not dealt with it. */
  cost: number | null
  /** The true balance after it was dealt with, and when that was. */
  balanceThen: number
  dealtAt: number
  sentAt: number
}

/** A vendor account with its own true balance and its own bill; time is a count of what happened. */
export class AccountUnderTest {
  balance: number
  billed = 0
  outside = 0
  /** Credits among the balance that were bought beside the plan, and those of them that were bought during the run. */
  purchased: number
  toppedUp = 0
  now = 0
  /** The balance at every instant, for reports that are older than they should be. */
  readonly history: number[] = []
  readonly calls = new Map<number, VendorCall>()
  readonly #purchases: number[] = []
  readonly #start: number

  constructor(balance: number, purchased: number) {
    this.balance = balance
    this.purchased = purchased
    this.#start = balance
  }

  tick(): void {
    this.now += 1
    this.history.push(this.balance)
    this.#purchases.push(this.purchased)
  }

  arrives(n: number): VendorCall {
    const call = this.calls.get(n) ?? { n, live: true, cost: null, balanceThen: 0, dealtAt: 0, sentAt: this.now }
    this.calls.set(n, call)
    return Object.assign(call, { live: true, sentAt: this.now })
  }

  /** The instant of charging: once for a key, a miss is free. */
  deal(call: VendorCall, cost: number): void {
    if (call.cost !== null) return
    call.cost = cost
    this.balance -= cost
    this.billed += cost
    this.#take(call)
  }

  /** The vendor answers a key that it knows, with the balance of now. */
  answerAgain(call: VendorCall): void {
    if (call.cost !== null) this.#take(call)
  }

  /** What is left of the plan. */
  get plan(): number {
    return this.balance - this.purchased
  }

  /** The account as it was at the beginning of an instant. */
  accountAt(tick: number): { balance: number; purchased: number } {
    const at = Math.max(0, tick - 1)
    return { balance: this.history[at] ?? this.balance, purchased: this.#purchases[at] ?? this.purchased }
  }

  topUp(credits: number): void {
    this.balance += credits
    this.purchased += credits
    this.toppedUp += credits
  }

  spendOutside(credits: number): void {
    this.balance -= credits
    this.outside += credits
  }

  /** True when no call that was sent can be charged any more. */
  get landed(): boolean {
    return [...this.calls.values()].every((call) => call.cost !== null || !call.live)
  }
  get lastDealtAt(): number {
    return Math.max(0, ...[...this.calls.values()].map(({ dealtAt }) => dealtAt))
  }
  /** What was taken from the account is what was billed and what others spent. */
  get adds(): boolean {
    return this.balance === this.#start - this.billed - this.outside + this.toppedUp
  }

  #take(call: VendorCall): void {
    call.balanceThen = this.balance
    call.dealtAt = this.now
  }
}

export const credits = (amount: number) => amount as Credits

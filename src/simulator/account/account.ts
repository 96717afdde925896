import type { Outside } from '../behaviour.ts'
import type { Cancel, Clock, Timers } from '../clock.ts'
import type { Bill } from './bill.ts'
import { fromMicro, toMicro } from './micro-credits.ts'

/** What a lookup is charged. */
type LookupCharge = { micro: number; records: readonly string[]; idempotencyKey: string | undefined }

/** The credits held with the vendor. Whatever moves them is on the bill. */
export class Account {
  readonly #bill: Bill
  readonly #clock: Clock
  /** What it was opened with. */
  readonly openingMicro: number
  #allotmentMicro: number
  #remainingMicro: number
  #resetAt: number | null = null

  /** Amounts in credits. @throws RangeError where one is negative or finer than 1e-6. */
  constructor(bill: Bill, clock: Clock, allotment: number, remaining: number) {
    this.#bill = bill
    this.#clock = clock
    this.#allotmentMicro = toMicro(allotment)
    this.openingMicro = toMicro(remaining)
    this.#remainingMicro = this.openingMicro
  }

  /** Credits left. */
  get remaining(): number {
    return fromMicro(this.remainingMicro)
  }

  get remainingMicro(): number {
    this.resetIfDue()
    return this.#remainingMicro
  }

  /** Credits granted at a reset. */
  get allotment(): number {
    return fromMicro(this.#allotmentMicro)
  }

  /** When it next goes back to the allotment (ms since the epoch), or `null`. */
  get resetAt(): number | null {
    this.resetIfDue()
    return this.#resetAt
  }

  /** What the next reset grants (credits) and when it is. */
  configure(allotment: number, resetAt: number | null): void {
    this.#allotmentMicro = toMicro(allotment)
    this.#resetAt = resetAt
  }

  /** Takes the charge, or takes nothing and answers `false` where it is more than is left. */
  charge({ micro, records, idempotencyKey }: LookupCharge): boolean {
    if (micro > this.remainingMicro) return false
    if (micro === 0) return true
    this.#remainingMicro -= micro
    const remainingMicro = this.#remainingMicro
    this.#bill.add({ kind: 'lookup', micro, remainingMicro, at: this.#clock.now(), records, idempotencyKey })
    return true
  }

  /** Someone else spends from the same account: as much as is left, at most. Answers the credits taken. */
  spendOutside(credits: number, note?: string): number {
    const micro = Math.min(toMicro(credits), this.remainingMicro)
    if (micro === 0) return 0
    this.#remainingMicro -= micro
    this.#bill.add({ kind: 'outside', micro, remainingMicro: this.#remainingMicro, at: this.#clock.now(), note })
    return fromMicro(micro)
  }

  topUp(credits: number): void {
    const micro = toMicro(credits)
    this.#remainingMicro = this.remainingMicro + micro
    this.#bill.add({ kind: 'topup', micro, remainingMicro: this.#remainingMicro, at: this.#clock.now() })
  }

  /** Goes back to the allotment; what was left has expired. */
  reset(at = this.#clock.now()): void {
    const expired = this.#remainingMicro
    this.#remainingMicro = this.#allotmentMicro
    this.#bill.add({ kind: 'reset', micro: expired, remainingMicro: this.#remainingMicro, at })
  }

  /** There is no timer for the reset: whoever looks at the account after it finds it done, at its own instant. */
  resetIfDue(): void {
    if (this.#resetAt === null || this.#clock.now() < this.#resetAt) return
    const at = this.#resetAt
    this.#resetAt = null
    this.reset(at)
  }
}

/** Somebody else who spends from the same account. */
export class OutsideSpending {
  readonly #account: Account
  readonly #timers: Timers
  #everyCalls = 0
  #credits = 0
  #calls = 0
  #stop: Cancel = () => {}

  constructor(account: Account, timers: Timers) {
    this.#account = account
    this.#timers = timers
  }

  /** Begins anew, with another habit or none. */
  change(outside: Outside | null): void {
    this.#stop()
    this.#calls = 0
    this.#credits = outside?.credits ?? 0
    this.#everyCalls = outside && 'everyCalls' in outside ? outside.everyCalls : 0
    if (outside && 'everyMs' in outside) this.#stop = this.#timers.every(outside.everyMs, () => this.#spend())
  }

  callArrived(): void {
    if (this.#everyCalls === 0) return
    this.#calls++
    if (this.#calls % this.#everyCalls === 0) this.#spend()
  }

  #spend(): void {
    this.#account.spendOutside(this.#credits)
  }
}

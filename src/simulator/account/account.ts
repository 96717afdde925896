import type { Outside } from '../behaviour.ts'
import type { Cancel, Clock, Timers } from '../clock.ts'
import type { Bill } from './bill.ts'
import { fromMicro, toMicro } from './micro-credits.ts'

type LookupCharge = { micro: number; records: readonly string[]; idempotencyKey: string | undefined }

/** The balance. Every change of it is on the bill. */
export class Account {
  readonly #bill: Bill
  readonly #clock: Clock
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

  get remaining(): number {
    return fromMicro(this.remainingMicro)
  }

  get remainingMicro(): number {
    this.resetIfDue()
    return this.#remainingMicro
  }

  get allotment(): number {
    return fromMicro(this.#allotmentMicro)
  }

  /** When the balance next goes back to the allotment, epoch ms. */
  get resetAt(): number | null {
    this.resetIfDue()
    return this.#resetAt
  }

  configure(allotment: number, resetAt: number | null): void {
    this.#allotmentMicro = toMicro(allotment)
    this.#resetAt = resetAt
  }

  /** False, and nothing is taken, where the charge is more than is left. */
  charge({ micro, records, idempotencyKey }: LookupCharge): boolean {
    if (micro > this.remainingMicro) return false
    if (micro === 0) return true
    this.#remainingMicro -= micro
    const remainingMicro = this.#remainingMicro
    this.#bill.add({ kind: 'lookup', micro, remainingMicro, at: this.#clock.now(), records, idempotencyKey })
    return true
  }

  /** Someone else spends what is left, at most. Returns the credits taken. */
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

  /** Back to the allotment: what was left expires. */
  reset(at = this.#clock.now()): void {
    const expired = this.#remainingMicro
    this.#remainingMicro = this.#allotmentMicro
    this.#bill.add({ kind: 'reset', micro: expired, remainingMicro: this.#remainingMicro, at })
  }

  /** The reset has no timer: it is made up for, as of its instant, when the account is next looked at. */
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

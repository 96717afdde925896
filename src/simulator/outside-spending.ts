import type { Account } from './account.ts'
import type { Outside } from './behaviour.ts'
import type { Cancel } from './clock.ts'
import type { Timers } from './timers.ts'

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

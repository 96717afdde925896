import type { Taking, Year } from './year.ts'

/** A cycle as it ended. */
export interface CycleEnd {
  readonly resetAt: number
  readonly unused: number
  /** Of the credits that the daily load wanted, those that were not there. */
  readonly short: number
  readonly shortDays: number
}

/** The vendor's account: it knows the truth, keeps the bill, and resets. */
export class Account {
  readonly #year: Year
  readonly ends: CycleEnd[] = []
  balance: number
  #cycle = 0
  #next = 0
  #short = 0
  #shortDays = 0

  constructor(year: Year) {
    this.#year = year
    this.balance = year.allotment
  }

  get resetAt(): number {
    return this.#year.resets[this.#cycle] ?? Number.POSITIVE_INFINITY
  }

  /** Time goes on: what others take is taken, and what is due to be reset is. */
  pass(now: number): void {
    for (;;) {
      const taking = this.#year.takings[this.#next]
      const at = taking?.at ?? Number.POSITIVE_INFINITY
      if (Math.min(at, this.resetAt) > now) return
      if (this.resetAt <= at) this.#reset()
      else this.#take(taking as Taking)
    }
  }

  #take({ credits, daily }: Taking): void {
    this.#next += 1
    const taken = Math.min(credits, this.balance)
    this.balance -= taken
    if (!daily || taken >= credits) return
    this.#short += credits - taken
    this.#shortDays += 1
  }

  #reset(): void {
    this.ends.push({ resetAt: this.resetAt, unused: this.balance, short: this.#short, shortDays: this.#shortDays })
    this.#cycle += 1
    this.balance = this.#year.allotment
    this.#short = 0
    this.#shortDays = 0
  }
}

import { type Credits, minus, plus, times } from '../../../src/domain/credits/credits.ts'
import type { Run } from '../../../src/domain/run/run.ts'
import { FIRST_PAID } from '../../../src/refresh/open/config-fit.ts'
import type { FinishedCall, OpenedCall, OpenedCost } from '../../../src/refresh/ports/calls.ts'
import type { Settled } from '../../../src/refresh/ports/store.ts'
import { credits } from './account-under-test.ts'

/** What a checkpoint was asked to write: the books at the instant when it began. */
export interface CheckpointUnderTest {
  readonly finished: readonly FinishedCall[]
  readonly expected: Credits | null
  readonly lastKnown: Credits | null
  readonly doubted: Credits
  readonly drift: Credits
  readonly budget: Credits | null
  /** The budget is the run's own, and not one made up until a balance is heard. */
  readonly budgetKnown: boolean
  /** Records in each call to open. */
  readonly sizes: readonly number[]
}

/** What the database holds of a run's credits: moved by checkpoints alone, as the store moves it. */
export class DurableUnderTest {
  budget: Credits
  spent = credits(0)
  drift = credits(0)
  expected: Credits | null
  /** When this run heard a balance; null: not yet. */
  heardAt: number | null = null
  doubted = credits(0)
  unknownElsewhere: Credits
  /** The part of it that is of runs which have ended. */
  heldByEnded: Credits
  spentElsewhere = credits(0)
  /** What settled calls have cost, and when they were opened. */
  readonly charges: OpenedCost[] = []
  readonly open = new Map<number, OpenedCall>()
  readonly unknown = new Map<number, { readonly reservation: Credits; readonly openedAt: number }>()
  readonly each: Credits
  readonly reserve: Credits
  #last = 0
  #ended = 0
  #canaryDone = false

  constructor(start: {
    budget: Credits
    reserve: Credits
    each: Credits
    expected: Credits | null
    elsewhere: Credits
    heldByEnded: Credits
  }) {
    this.budget = start.budget
    this.reserve = start.reserve
    this.each = start.each
    this.expected = start.expected
    this.unknownElsewhere = start.elsewhere
    this.heldByEnded = start.heldByEnded
  }

  get held(): Credits {
    return plus(...[...this.open.values()].map(({ reservation }) => reservation), ...this.#unknownReservations)
  }
  get #unknownReservations(): Credits[] {
    return [...this.unknown.values()].map(({ reservation }) => reservation)
  }

  /** The first records are through. */
  get canaryDone(): boolean {
    return this.#canaryDone
  }

  get run(): Run {
    const { budget, reserve, spent, held } = this
    const unknown = plus(...this.#unknownReservations)
    return { budget, reserve, spent, held, unknown, drift: this.drift, createdAt: 0 } as Run
  }

  /** The calls of a process that is up now are opened at this instant. */
  openedAt = 0

  /** Commits; throws what the store would refuse. */
  commit(checkpoint: CheckpointUnderTest): OpenedCall[] {
    if (checkpoint.budget !== null) this.budget = checkpoint.budget
    this.expected = checkpoint.lastKnown
    if (checkpoint.expected !== null) this.heardAt = this.openedAt
    this.doubted = checkpoint.doubted
    this.drift = checkpoint.drift
    for (const call of checkpoint.finished) {
      if (!this.open.delete(call.n)) throw new Error(`call ${call.n} finished twice`)
      if (call.state === 'unknown') this.unknown.set(call.n, call)
      if (call.state === 'settled') this.charges.push(call)
      this.spent = plus(this.spent, call.cost)
      if (call.state !== 'released') this.#ended += 1
    }
    this.#canaryDone ||= checkpoint.budgetKnown && this.#ended >= FIRST_PAID
    const opened = checkpoint.sizes.map((size) => this.#openOne(size))
    if (opened.length > 0) this.#checkCover(checkpoint.expected)
    return opened
  }

  settleUnknown({ here, elsewhere, keepsResumable, expected, budget, drift }: Settled): void {
    this.budget = budget
    this.drift = drift
    let rest: number = here
    for (const { reservation, openedAt } of this.unknown.values()) {
      const cost = credits(Math.min(rest, reservation))
      rest -= cost
      this.charges.push({ openedAt, cost })
    }
    this.unknown.clear()
    this.spent = plus(this.spent, here)
    this.unknownElsewhere = keepsResumable ? minus(this.unknownElsewhere, this.heldByEnded) : credits(0)
    this.heldByEnded = credits(0)
    this.spentElsewhere = plus(this.spentElsewhere, elsewhere)
    this.expected = expected
    this.doubted = credits(0)
  }

  #openOne(size: number): OpenedCall {
    this.#last += 1
    const n = this.#last
    const item = { seq: n, key: String(n), attempts: 0, selectedAt: null }
    const items = Array.from({ length: size }, () => ({ item, row: {}, duplicates: [] }))
    const call = { n, nonce: String(n), reservation: times(this.each, size), openedAt: this.openedAt, items }
    this.open.set(n, call)
    return call
  }

  #checkCover(expected: Credits | null): void {
    if (plus(this.spent, this.held) > this.budget) throw new Error('not covered by the budget')
    if (expected !== null && minus(expected, this.reserve, this.held, this.unknownElsewhere) < 0) {
      throw new Error('below the reserve')
    }
  }
}

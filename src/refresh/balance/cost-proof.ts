import { CREDIT, type Credits, minus, plus, toDecimal } from '../../domain/credits/credits.ts'
import type { VendorRules } from '../ports/vendor.ts'

/** Records that are opened before the balance is compared with what they should have cost. */
export const FIRST_RECORDS = 5
/** A balance that falls by more than so many times the configured cost, and by a credit more, is suspicious. */
const SUSPICIOUS = 1.5
/** So many times the cost stop a run; less is a warning, since a price that has risen a little is no reason to lose a month. */
const TIMES = 4
/** By how much two trials may differ, as a share: others who spend differ by more. */
const TOLERANCE = 0.1
const SHORTEST_REST_MS = 1_000
const LONGEST_REST_MS = 10_000

/** What the first records have cost; both figures since the look before. */
interface Trial {
  readonly booked: Credits
  readonly gone: Credits
}

interface Look {
  readonly balance: Credits
  readonly spent: Credits
  /** Monotonic ms. */
  readonly at: number
}

/**
 * Whether calls cost what the config says, by the balance endpoint: a wrong `credits.cost` would let a run spend many times
 * its budget. The first few records are sent, and the balance is read. Where it has fallen far more than they should cost,
 * the run rests, to see whether the balance falls by itself, and then sends a few more: only if it falls again, by the same
 * for each, and not while the run rests, are the calls at fault, and not somebody else. Where they cost not so much more,
 * that is a warning.
 */
export class CostProof {
  readonly #rest = { dueAt: 0, isDone: false }
  #last: Look | null
  #opened = 0
  #suspicion: Trial | null = null
  #wrong: string | null = null
  #doubt: string | null = null

  /** `start`: when the run knew its balance exactly, before its first call; null: there is nothing to prove. */
  constructor(start: Look | null) {
    this.#last = start
  }

  /** Costs are proven only where replies do not tell them, and the endpoint tells the balance at any time, without a lag. */
  static applies({ balance, charged, async }: Pick<VendorRules, 'balance' | 'charged' | 'async'>): boolean {
    return balance !== null && balance.asOf === null && balance.spacingMs === 0 && charged === null && async === null
  }

  /** How many more records may be opened. */
  get allowance(): number {
    if (this.#last === null) return Number.POSITIVE_INFINITY
    return this.#isResting ? 0 : Math.max(0, FIRST_RECORDS - this.#opened)
  }

  /** Why the run must stop; null: it may go on. */
  get wrong(): string | null {
    return this.#wrong
  }

  /** What the balance showed that is no proof, or no reason to stop; null: nothing. */
  get doubt(): string | null {
    return this.#doubt
  }

  opened(records: number): void {
    this.#opened += records
  }

  /**
   * How long until the balance is to be read, ms; null: it is not. Called while nothing is in flight. `isLast`: the run
   * opens nothing more.
   */
  waitMs(now: number, spent: Credits, isLast: boolean): number | null {
    if (this.#last === null) return null
    if (this.#isResting) return Math.max(0, this.#rest.dueAt - now)
    if (isLast) return spent === this.#last.spent && this.#suspicion === null ? null : 0
    // Misses have cost nothing: a few more records.
    if (spent === this.#last.spent) this.#opened = 0
    return this.allowance === 0 ? 0 : null
  }

  /** The balance was read while nothing was in flight; null: it cannot be, or does not show what was spent. */
  looked(look: Look | null): void {
    const before = this.#last
    this.#last = null
    if (look === null || before === null) return
    const trial = { booked: minus(look.spent, before.spent), gone: minus(before.balance, look.balance) }
    if (this.#isResting) {
      if (trial.gone === 0) this.#begin(look)
      this.#rest.isDone = true
      return
    }
    if (this.#suspicion !== null && trial.booked === 0) {
      this.#doubt = `calls seem to cost ${describe(this.#suspicion, trial)}`
      return
    }
    if (minus(trial.gone, trial.booked) < CREDIT || trial.gone <= trial.booked * SUSPICIOUS) return
    if (this.#suspicion !== null) {
      if (areAlike(this.#suspicion, trial)) this.#conclude(this.#suspicion, trial)
      return
    }
    this.#suspicion = trial
    this.#rest.dueAt = look.at + Math.min(LONGEST_REST_MS, Math.max(SHORTEST_REST_MS, look.at - before.at))
    this.#begin(look)
  }

  get #isResting(): boolean {
    return this.#suspicion !== null && !this.#rest.isDone
  }

  #conclude(one: Trial, two: Trial): void {
    const isFar = plus(one.gone, two.gone) > plus(one.booked, two.booked) * TIMES
    if (isFar) this.#wrong = `calls cost ${describe(one, two)}`
    else this.#doubt = `calls seem to cost ${describe(one, two)}`
  }

  #begin(look: Look): void {
    this.#last = look
    this.#opened = 0
  }
}

/** Each credit booked has cost about the same; a vendor that reports whole credits may be off by one. */
function areAlike(one: Trial, two: Trial): boolean {
  const expected = (one.gone / one.booked) * two.booked
  return Math.abs(two.gone - expected) <= Math.max(expected * TOLERANCE, CREDIT)
}

function describe(one: Trial, two: Trial): string {
  const [gone, booked] = [plus(one.gone, two.gone), plus(one.booked, two.booked)].map(toDecimal)
  return `more than the config says: the balance fell by ${gone} credits for calls that should have cost ${booked}, and not while the run waited. Correct \`vendor.credits.cost\`, or say with \`vendor.credits.charged\` where a reply tells what it cost`
}

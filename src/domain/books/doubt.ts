import { type Credits, least, MOST_CREDITS, minus, NO_CREDITS, plus } from '../credits/credits.ts'

interface Beside {
  readonly count: number
  readonly least: Credits
  /** The least of them less the costs that they may not include. */
  readonly surely: Credits
  /** The most by which our own calls can explain a difference. */
  readonly own: Credits
}

/**
 * Spending by others that one balance has shown and no later one has confirmed. A low balance is accepted at once, since
 * in doubt nothing is spent; but a single wrong balance must not waste the cycle's credits. Two balances requested after
 * it revoke the deduction, as far as both show more and never beyond its amount: the estimate never rises above the last
 * accepted balance less all our own costs.
 */
export class Doubt {
  #credits: Credits
  #raised = 0
  #witness: Credits | null = null
  /** Balances in replies to calls that were in flight with the one that raised the doubt. */
  #beside: Beside | null = null

  /** `credits`: what processes before this one have left in doubt. */
  constructor(credits: Credits = NO_CREDITS) {
    this.#credits = credits
  }

  get credits(): Credits {
    return this.#credits
  }
  /** One later balance has contradicted it; the next decides. */
  get contradicted(): boolean {
    return this.#witness !== null
  }
  /** How often a doubt was raised; identifies the balances requested after the last time. */
  get raised(): number {
    return this.#raised
  }

  /** `cost`: of the call whose reply raises the doubt, zero for a balance request; `inFlight`: what other calls can cost. */
  raise(credits: Credits, cost: Credits, inFlight: Credits): void {
    this.#credits = plus(this.#credits, credits)
    this.#raised += 1
    this.#witness = null
    this.#beside = cost > 0 ? { count: 0, least: MOST_CREDITS, surely: MOST_CREDITS, own: plus(cost, inFlight) } : null
  }

  /** A reply could not be read: it is booked at the most that it can have cost, and a later balance may show more left. */
  misread(cost: Credits): void {
    this.#credits = plus(this.#credits, cost)
  }

  /** Ends the doubt: a later balance confirms the deduction, or none can decide. */
  end(): void {
    this.limit(NO_CREDITS)
  }

  /** A later balance shows this much more than estimated. Returns what to restore: as much as the one before it shows, too. */
  contradict(by: Credits): Credits {
    const shown = least(by, this.#credits)
    const agreed = this.#witness === null ? NO_CREDITS : this.#giveBack(least(shown, this.#witness))
    this.#witness = shown > agreed ? minus(shown, agreed) : null
    return agreed
  }

  /** The next balance does not show what one has shown: asking on would not decide. */
  uncontradicted(): void {
    this.#witness = null
  }

  /** Records a balance in a reply to a call that was in flight with the one that raised the doubt; either may be older. */
  beside(balance: Credits, unsure: Credits): void {
    if (this.#beside === null) return
    const { count, surely, own } = this.#beside
    const shown = least(this.#beside.least, balance)
    this.#beside = { count: count + 1, least: shown, surely: least(surely, minus(balance, unsure)), own }
  }

  /**
   * Called when all replies have arrived and nothing is unknown. If two of them show more than estimated, by more than our
   * own calls explain, the lowest of them must be newer than the balance in doubt, since it includes the cost of the call
   * that raised it. Returns what to restore.
   */
  outvoted(expected: Credits): Credits {
    if (this.#beside === null) return NO_CREDITS
    const { count, least: shown, surely, own } = this.#beside
    const by = minus(shown, expected)
    return count >= 2 && minus(surely, expected) > own && by <= this.#credits ? this.#giveBack(by) : NO_CREDITS
  }

  /** No more than so much is in doubt: what raised the rest is not. */
  limit(credits: Credits): void {
    this.#credits = least(this.#credits, credits)
    this.#witness = null
    this.#beside = null
  }

  #giveBack(credits: Credits): Credits {
    this.limit(minus(this.#credits, credits))
    return credits
  }
}

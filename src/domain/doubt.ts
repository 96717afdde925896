import { type Credits, least, MOST_CREDITS, minus, NO_CREDITS, plus } from './credits.ts'

interface Beside {
  readonly count: number
  readonly least: Credits
  /** The same, less what they may not know of. */
  readonly surely: Credits
  /** What our own calls can make a difference of. */
  readonly own: Credits
}

/**
 * What one balance showed of others' spending and no later one has confirmed. A low balance is believed at once, since
 * nothing is spent in doubt; but one wrong balance must not cost the cycle. Two balances that were asked for after it
 * take it back, as far as both show more, and never more than it was: the belief never rises above the last balance
 * that stands, less all of our own costs.
 */
export class Doubt {
  #credits: Credits = NO_CREDITS
  #raised = 0
  #witness: Credits | null = null
  /** Balances in replies to calls that were in flight with the one that raised it. */
  #beside: Beside | null = null

  /** What may be wrong. */
  get credits(): Credits {
    return this.#credits
  }
  /** A later balance has contradicted it, and the next may again. */
  get contradicted(): boolean {
    return this.#witness !== null
  }
  /** How often a balance has raised it: what is asked for from then on comes later. */
  get raised(): number {
    return this.#raised
  }

  /** `cost`: what the call has cost whose reply raises it, nothing where it was no call; `inFlight`: what others then can. */
  raise(credits: Credits, cost: Credits, inFlight: Credits): void {
    this.#credits = plus(this.#credits, credits)
    this.#raised += 1
    this.#witness = null
    this.#beside = cost > 0 ? { count: 0, least: MOST_CREDITS, surely: MOST_CREDITS, own: plus(cost, inFlight) } : null
  }

  /** A later balance confirms it, or none can tell. */
  end(): void {
    this.#credits = NO_CREDITS
    this.#witness = null
    this.#beside = null
  }

  /** A later balance shows so much more than is believed. Returns what is to be given back. */
  contradict(by: Credits): Credits {
    const shown = least(by, this.#credits)
    if (this.#witness === null) {
      this.#witness = shown
      return NO_CREDITS
    }
    return this.#giveBack(least(shown, this.#witness))
  }

  /** A balance came in a reply to a call that was in flight with the one that raised it: nobody knows which is older. */
  beside(balance: Credits, unsure: Credits): void {
    if (this.#beside === null) return
    const { count, surely, own } = this.#beside
    const shown = least(this.#beside.least, balance)
    this.#beside = { count: count + 1, least: shown, surely: least(surely, minus(balance, unsure)), own }
  }

  /**
   * All replies are back, and nothing is unknown. Two of them show more than is believed, by more than our own calls
   * explain, and the least of them knows of the call that raised the doubt, since it shows all that our calls have cost:
   * it is younger. Returns what is to be given back.
   */
  outvoted(expected: Credits): Credits {
    if (this.#beside === null) return NO_CREDITS
    const { count, least: shown, surely, own } = this.#beside
    const by = minus(shown, expected)
    return count >= 2 && minus(surely, expected) > own && by <= this.#credits ? this.#giveBack(by) : NO_CREDITS
  }

  #giveBack(credits: Credits): Credits {
    this.#credits = minus(this.#credits, credits)
    this.#witness = null
    this.#beside = null
    return credits
  }
}

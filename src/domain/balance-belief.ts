import { type Credits, least, minus, most, NO_CREDITS, plus } from './credits.ts'
import { Drift } from './drift.ts'
import { LedgerError } from './errors.ts'

/** Where balances come from: an endpoint that can be asked at any time, only in replies to calls, or nowhere. */
export type Watch = 'endpoint' | 'replies' | 'nowhere'

/** A call on the wire. `seen` is what all replies had cost when it was sent: those charges its reply must know of. */
export interface Wire {
  readonly reservation: Credits
  readonly seen: Credits
  /** How many calls had been lost when it was sent; null: it was sent again, and its reply may be an old one. */
  readonly losses: number | null
}

export type Report =
  | { readonly kind: 'agrees' }
  /** Others have spent at least this much since the last report. */
  | { readonly kind: 'outside'; readonly credits: Credits }
  /** More than can be: older than what we know, or wrong. Ignored. */
  | { readonly kind: 'too-high'; readonly by: Credits }

/**
 * What this process believes of the vendor's balance: the last one that was believed, less every cost that we know of.
 *
 * A balance in a reply was taken somewhere between its sending and its arrival, while other calls were on the wire.
 * So it is compared with the range of balances that our own calls can explain: below the range, someone else has
 * spent; above it, it is older than what we know. With one call on the wire the range is a point.
 */
export class BalanceBelief {
  #expected: Credits | null
  /** What replies have cost since this process began, and what unanswered calls that were sent may have cost. */
  #seen: Credits = NO_CREDITS
  #wire: Credits
  #exact: Credits | null = null
  #losses = 0
  #drift: Drift
  readonly #driftBefore: Credits

  constructor(start: { readonly expected: Credits | null; readonly wire: Credits; readonly drift: Credits }) {
    this.#expected = start.expected
    this.#wire = start.wire
    this.#driftBefore = start.drift
    this.#drift = new Drift(start.drift)
  }

  /** Balance less every cost that we know of; null: not known. */
  get expected(): Credits | null {
    return this.#expected
  }
  /** What calls on the wire can cost. */
  get wire(): Credits {
    return this.#wire
  }
  /** The last balance in a reply, if nothing else was on the wire then and no call has gone out or been lost since. */
  get exact(): Credits | null {
    return this.#exact
  }
  get drift(): Credits {
    return this.#drift.credits
  }

  /** What has been found so far was found before the run's own work: it is no drift of the run's. */
  forgetDrift(): void {
    this.#drift = new Drift(this.#driftBefore)
  }

  send(reservation: Credits): Wire {
    this.#wire = plus(this.#wire, reservation)
    this.#exact = null
    return { reservation, seen: this.#seen, losses: this.#losses }
  }

  /** It has counted as on the wire all along. */
  sendAgain(reservation: Credits): Wire {
    return { reservation, seen: this.#seen, losses: null }
  }

  ask(): Wire {
    return { reservation: NO_CREDITS, seen: this.#seen, losses: this.#losses }
  }

  replied({ reservation }: Wire, cost: Credits): void {
    this.#wire = minus(this.#wire, reservation)
    this.#seen = plus(this.#seen, cost)
    if (this.#expected !== null) this.#expected = minus(this.#expected, cost)
  }

  lost({ reservation }: Wire): void {
    this.#wire = minus(this.#wire, reservation)
    this.#losses += 1
    this.#exact = null
  }

  /** What replies have cost that a balance asked for then need not know of. */
  unsureSince({ seen }: Wire, cost: Credits): Credits {
    return minus(this.#seen, seen, cost)
  }

  /** A balance came. `unsure`: costs that it may hold or not; `unknown`: what calls can have cost that nobody knows of. */
  compare(balance: Credits, unsure: Credits, unknown: Credits): Report {
    this.#exact = unsure === 0 && this.#wire === 0 ? balance : null
    if (this.#expected === null) {
      // Unknown calls may be in it already: booked as if they were not, they are found missing when reconciled.
      this.#expected = plus(minus(balance, unsure), unknown)
      return { kind: 'agrees' }
    }
    const highest = plus(this.#expected, unsure)
    const outside = most(minus(this.#expected, this.#wire, unknown, balance), NO_CREDITS)
    this.#expected = minus(this.#expected, outside)
    this.#drift.outside(outside)
    if (balance > highest) return { kind: 'too-high', by: minus(balance, highest) }
    return outside > 0 ? { kind: 'outside', credits: outside } : { kind: 'agrees' }
  }

  /** The balance in a reply to a call that was sent again, or beside which one was lost, decides nothing. */
  doubtExact({ losses }: Wire): void {
    if (losses !== this.#losses) this.#exact = null
  }

  /** The balance that was compared is as good as can be had: what is too high to be believed may still be drift. */
  look(balance: Credits, unsure: Credits, unknown: Credits): void {
    const above = minus(balance, this.#expected ?? balance)
    const by = { least: most(minus(above, unsure), NO_CREDITS), most: plus(above, this.#wire, unknown) }
    this.#drift.looked(by, this.#seen, unsure)
  }

  /**
   * What is missing from a balance that was taken while nothing was on the wire; all of it becomes known. `unknown`:
   * what calls can have cost that nobody knows of; what is missing beyond that is others' spending. Null: it is higher
   * than can be.
   */
  reconcile(balance: Credits, unknown: Credits): Credits | null {
    if (this.#wire > 0) throw new LedgerError('reconciling while calls are on the wire')
    if (this.#expected === null) return null
    const missing = minus(this.#expected, balance)
    const tooHigh = most(minus(NO_CREDITS, missing), NO_CREDITS)
    this.#drift.looked({ least: tooHigh, most: tooHigh }, this.#seen, NO_CREDITS)
    if (missing < 0) return null
    this.#drift.outside(minus(missing, least(missing, unknown)))
    this.#expected = balance
    return missing
  }
}

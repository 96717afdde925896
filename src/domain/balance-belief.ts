import { type Credits, least, minus, most, NO_CREDITS, plus } from './credits.ts'
import { Doubt } from './doubt.ts'
import { Drift } from './drift.ts'
import { LedgerError } from './errors.ts'

/** Where balances come from: an endpoint that can be asked at any time, only in replies to calls, or nowhere. */
export type Watch = 'endpoint' | 'replies' | 'nowhere'

/** A call in flight. `seen` is what all replies had cost when it was sent: those charges its reply must know of. */
export interface InFlight {
  readonly reservation: Credits
  readonly seen: Credits
  /** How many calls had been lost when it was sent; null: it was sent again, and its reply may be an old one. */
  readonly losses: number | null
  /** How often a balance had been found too low by then; null: its balance may be an old one. */
  readonly doubts: number | null
}

/** A balance, and what it may hold. */
export interface Told {
  readonly balance: Credits
  /** Of the call or request that brought it. */
  readonly inFlight: InFlight
  /** What that call has cost; null: it was none. */
  readonly cost: Credits | null
  /** No better balance is to be had: the endpoint told it, or there is none. */
  readonly last: boolean
  /** Costs that it may hold or not. */
  readonly unsure: Credits
  /** What calls can have cost that nobody knows of. */
  readonly unknown: Credits
}

export type Report =
  | { readonly kind: 'agrees' }
  /** Others have spent at least this much since the last report. */
  | { readonly kind: 'outside'; readonly credits: Credits }
  /** A balance before was too low, as two others show: so much is there after all; `surely`, where both came later. */
  | { readonly kind: 'restored'; readonly credits: Credits; readonly surely: boolean }
  /** More than can be: older than what we know, or wrong. Ignored. */
  | { readonly kind: 'too-high'; readonly by: Credits }

/**
 * What this process believes of the vendor's balance: the last one that was believed, less every cost that we know of.
 *
 * A balance in a reply was taken somewhere between its sending and its arrival, while other calls were in flight.
 * So it is compared with the range of balances that our own calls can explain: below the range, someone else has
 * spent; above it, it is older than what we know. With one call in flight the range is a point.
 */
export class BalanceBelief {
  #expected: Credits | null
  /** What replies have cost since this process began, and what unanswered calls that were sent may have cost. */
  #seen: Credits = NO_CREDITS
  #inFlight: Credits
  #exact: Credits | null = null
  #losses = 0
  #drift: Drift
  readonly #doubt = new Doubt()
  readonly #driftBefore: Credits

  constructor(start: { readonly expected: Credits | null; readonly inFlight: Credits; readonly drift: Credits }) {
    this.#expected = start.expected
    this.#inFlight = start.inFlight
    this.#driftBefore = start.drift
    this.#drift = new Drift(start.drift)
  }

  /** Balance less every cost that we know of; null: not known. */
  get expected(): Credits | null {
    return this.#expected
  }
  /** What calls in flight can cost. */
  get inFlight(): Credits {
    return this.#inFlight
  }
  /** The last balance in a reply, if nothing else was in flight then and no call has gone out or been lost since. */
  get exact(): Credits | null {
    return this.#exact
  }
  get drift(): Credits {
    return this.#drift.credits
  }
  /** What was taken off for others' spending, and no later balance has confirmed. */
  get doubted(): Credits {
    return this.#doubt.credits
  }
  /** A later balance shows more; another one will decide. */
  get contradicted(): boolean {
    return this.#doubt.contradicted
  }

  /** What has been found so far was found before the run's own work: it is no drift of the run's. */
  forgetDrift(): void {
    this.#drift = new Drift(this.#driftBefore)
    this.#doubt.end()
  }

  send(reservation: Credits): InFlight {
    this.#inFlight = plus(this.#inFlight, reservation)
    this.#exact = null
    return this.poll(reservation)
  }

  /** It has counted as in flight all along. */
  sendAgain(reservation: Credits): InFlight {
    return { reservation, seen: this.#seen, losses: null, doubts: null }
  }

  /** Unlike with one that goes out again, the reply is a new one. */
  poll(reservation: Credits): InFlight {
    return { reservation, seen: this.#seen, losses: this.#losses, doubts: this.#doubt.raised }
  }

  ask(): InFlight {
    return this.poll(NO_CREDITS)
  }

  replied({ reservation }: InFlight, cost: Credits): void {
    this.#inFlight = minus(this.#inFlight, reservation)
    this.#seen = plus(this.#seen, cost)
    if (this.#expected !== null) this.#expected = minus(this.#expected, cost)
  }

  lost({ reservation }: InFlight): void {
    this.#inFlight = minus(this.#inFlight, reservation)
    this.#losses += 1
    this.#exact = null
  }

  /** What replies have cost that a balance asked for then need not know of. */
  unsureSince({ seen }: InFlight, cost: Credits): Credits {
    return minus(this.#seen, seen, cost)
  }

  /** A balance came. */
  compare(told: Told): Report {
    const { balance, unsure, unknown } = told
    this.#exact = unsure === 0 && this.#inFlight === 0 ? balance : null
    if (this.#expected === null) {
      // Unknown calls may be in it already: booked as if they were not, they are found missing when reconciled.
      this.#expected = plus(minus(balance, unsure), unknown)
      return { kind: 'agrees' }
    }
    const above = minus(balance, this.#expected, unsure)
    const later = told.inFlight.doubts === this.#doubt.raised
    const shown = later ? this.#weigh(told, above) : NO_CREDITS
    const restored = shown > 0 ? shown : this.#weighReplies(told)
    const outside = most(minus(this.#expected, this.#inFlight, unknown, balance), NO_CREDITS)
    this.#lower(outside, told.cost ?? NO_CREDITS)
    if (restored > 0) return { kind: 'restored', credits: restored, surely: shown > 0 }
    if (above > 0) return { kind: 'too-high', by: above }
    return outside > 0 ? { kind: 'outside', credits: outside } : { kind: 'agrees' }
  }

  /** A balance that was asked for after one that was too low: does it confirm that one? What is given back, if not. */
  #weigh({ unknown, last }: Told, above: Credits): Credits {
    if (above > 0 && above <= this.#doubt.credits) return this.#restore(this.#doubt.contradict(plus(above, unknown)))
    // Nothing is said by one that is higher than can be: it may be older than what others have spent.
    if (last && this.#exact !== null && unknown === 0) this.#doubt.end()
    return NO_CREDITS
  }

  /** Where only replies tell: those that were in flight with one that was too low, or went after it, may outvote it. */
  #weighReplies({ balance, inFlight, cost, last, unsure, unknown }: Told): Credits {
    if (inFlight.doubts === null || cost === null || !last) return NO_CREDITS
    this.#doubt.beside(balance, unsure)
    const all = this.#inFlight === 0 && unknown === 0 && this.#expected !== null
    return all ? this.#restore(this.#doubt.outvoted(this.#expected as Credits)) : NO_CREDITS
  }

  #lower(outside: Credits, cost: Credits): void {
    if (outside === 0) return
    this.#expected = minus(this.#expected ?? NO_CREDITS, outside)
    this.#drift.outside(outside)
    this.#doubt.raise(outside, cost, this.#inFlight)
  }

  #restore(credits: Credits): Credits {
    this.#expected = plus(this.#expected ?? NO_CREDITS, credits)
    this.#drift.outside(minus(NO_CREDITS, credits))
    return credits
  }

  /** The balance in a reply to a call that was sent again, or beside which one was lost, decides nothing. */
  doubtExact({ losses }: InFlight): void {
    if (losses !== this.#losses) this.#exact = null
  }

  /** The balance that was compared is as good as can be had: what is too high to be believed may still be drift. */
  look(balance: Credits, unsure: Credits, unknown: Credits): void {
    const above = minus(balance, this.#expected ?? balance)
    const by = { least: most(minus(above, unsure), NO_CREDITS), most: plus(above, this.#inFlight, unknown) }
    this.#drift.looked(by, this.#seen, unsure)
  }

  /**
   * What is missing from a balance that was taken while nothing was in flight; all of it becomes known. `unknown`:
   * what calls can have cost that nobody knows of; what is missing beyond that is others' spending. Null: it is higher
   * than can be.
   */
  reconcile(balance: Credits, unknown: Credits): Credits | null {
    if (this.#inFlight > 0) throw new LedgerError('reconciling while calls are in flight')
    if (this.#expected === null) return null
    // Unknown calls are charged before others are: what was taken off for these and not confirmed may be theirs.
    const missing = minus(plus(this.#expected, this.#doubt.credits), balance)
    const tooHigh = most(minus(NO_CREDITS, missing), NO_CREDITS)
    this.#drift.looked({ least: tooHigh, most: tooHigh }, this.#seen, NO_CREDITS)
    if (missing < 0) return null
    this.#restore(this.#doubt.credits)
    this.#drift.outside(minus(missing, least(missing, unknown)))
    this.#doubt.end()
    this.#expected = balance
    return missing
  }
}

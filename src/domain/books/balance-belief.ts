import { type Credits, least, MOST_CREDITS, minus, most, NO_CREDITS, plus } from '../credits/credits.ts'
import { LedgerError } from '../errors/errors.ts'
import { Doubt } from './doubt.ts'
import { Drift } from './drift.ts'
import type { InFlight, Report, Told, Watch } from './told.ts'

/**
 * This process's estimate of the vendor's balance: the last balance that was accepted, less every known cost since.
 *
 * A balance in a reply was read by the vendor at some time between sending and arrival, while other calls were in flight.
 * It is therefore compared with the range of balances that our own calls can explain: below the range, someone else has
 * spent; above it, the balance is outdated. With a single call in flight the range is a point.
 */
export class BalanceBelief {
  #expected: Credits | null
  #told: Credits | null = null
  #assumed: Credits = NO_CREDITS
  /** The cost of all replies since this process began. */
  #seen: Credits = NO_CREDITS
  #inFlight: Credits
  #exact: Credits | null = null
  #losses = 0
  /** The cost of replies that could not be read, which they may not have had. */
  #misread: Credits = NO_CREDITS
  #drift: Drift
  readonly #doubt: Doubt
  readonly #doubtBefore: Credits
  readonly #driftBefore: Credits
  /** What the calls that other runs keep have cost; null: not known. */
  #keptCost: Credits | null
  /** The first balance tells it: the vendor has processed them, and nobody sends them again meanwhile. */
  readonly #keptProcessed: boolean

  constructor(start: {
    readonly expected: Credits | null
    readonly inFlight: Credits
    readonly drift: Credits
    readonly doubted: Credits
    readonly keptCost: Credits | null
    readonly keptProcessed: boolean
  }) {
    this.#expected = start.expected
    this.#inFlight = start.inFlight
    this.#keptCost = start.keptCost
    this.#keptProcessed = start.keptProcessed
    this.#driftBefore = start.drift
    this.#drift = new Drift(start.drift)
    this.#doubtBefore = start.doubted
    this.#doubt = new Doubt(start.doubted)
  }

  /** The balance less every known cost; null: not known. */
  get expected(): Credits | null {
    return this.#expected
  }
  /** The last reported balance, less the costs that it may not include; null: none was reported to this process. */
  get told(): Credits | null {
    return this.#told
  }
  /** The part of `expected` that is only there if calls that other runs will send again have been charged. */
  get assumed(): Credits {
    return this.#assumed
  }
  /** It is known what the calls that other runs keep have cost. */
  get knowsKept(): boolean {
    return this.#keptCost !== null
  }
  /** The most that calls in flight can cost. */
  get inFlight(): Credits {
    return this.#inFlight
  }
  /** The last balance in a reply, if nothing else was in flight then and no call has been sent or lost since; else null. */
  get exact(): Credits | null {
    return this.#exact
  }
  get drift(): Credits {
    return this.#drift.credits
  }
  /** What was deducted for others' spending, or for replies that could not be read, without confirmation by a later balance. */
  get doubted(): Credits {
    return this.#doubt.credits
  }
  /** A later balance shows more; the next one decides. */
  get contradicted(): boolean {
    return this.#doubt.contradicted
  }

  /** Forgets drift found so far: it dates from before the run's own work. */
  forgetDrift(): void {
    this.#drift = new Drift(this.#driftBefore)
    this.#doubt.limit(this.#doubtBefore)
  }

  send(reservation: Credits): InFlight {
    this.#inFlight = plus(this.#inFlight, reservation)
    this.#exact = null
    return this.poll(reservation)
  }

  /** Unlike `send`, adds nothing: the reservation has counted as in flight since the first sending. */
  sendAgain(reservation: Credits): InFlight {
    return { ...this.poll(reservation), losses: null, doubts: null }
  }

  /** Unlike after `sendAgain`, the reply is certainly new. */
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
    if (this.#told !== null) this.#told = minus(this.#told, cost)
  }

  /**
   * So much of a call's cost may not have been charged, since results could not be read. Where only replies tell, later ones
   * show whether it was; otherwise a balance that settles unknown calls does.
   */
  misread(cost: Credits, watched: Watch): void {
    if (watched === 'replies') this.#doubt.misread(cost)
    else this.#misread = plus(this.#misread, cost)
  }

  lost({ reservation }: InFlight): void {
    this.#inFlight = minus(this.#inFlight, reservation)
    this.#losses += 1
    this.#exact = null
  }

  /** The cost of replies since then, which a balance requested then need not include. */
  unsureSince({ seen }: InFlight, cost: Credits): Credits {
    return minus(this.#seen, seen, cost)
  }

  /** Compares a reported balance with the estimate, and updates the estimate. */
  compare(told: Told): Report {
    const { balance, unsure, kept } = told
    const isFirst = this.#told === null
    // What kept calls are known to have cost is missing from each balance, and no more than that.
    const unknown = this.#keptCost === null ? told.unknown : plus(minus(told.unknown, kept), this.#keptCost)
    this.#exact = unsure === 0 && this.#inFlight === 0 ? balance : null
    const atLeast = minus(balance, unsure)
    // A call that was sent again may bring an old reply: what is left has not grown since the one before.
    const mayBeOld = told.inFlight.doubts === null && this.#told !== null
    this.#told = mayBeOld ? least(atLeast, plus(this.#told ?? atLeast, told.cost ?? NO_CREDITS)) : atLeast
    if (this.#expected === null) {
      // The balance may already include unknown calls, as far as the last one explains: they are found missing on reconciliation.
      const missing = minus(told.lastKnown ?? MOST_CREDITS, this.#told)
      const included = missing < 0 ? unknown : least(missing, unknown)
      this.#expected = plus(this.#told, included)
      this.#assumed = most(minus(included, minus(unknown, kept)), NO_CREDITS)
      if (this.#keptProcessed) this.#keptCost = this.#assumed
      return { kind: 'agrees' }
    }
    const above = minus(balance, this.#expected, unsure)
    const later = told.inFlight.doubts === this.#doubt.raised
    const shown = later ? this.#weigh(told, above) : NO_CREDITS
    const restored = shown > 0 ? shown : this.#weighReplies(told)
    const outside = most(minus(this.#expected, this.#inFlight, unknown, balance), NO_CREDITS)
    this.#lower(outside, told.cost ?? NO_CREDITS)
    if (isFirst) {
      // What our own calls do not explain may be what other runs' calls have cost, or not.
      const unexplained = minus(this.#expected, this.#told, this.#inFlight, minus(unknown, kept))
      this.#assumed = this.#keptCost ?? least(most(unexplained, NO_CREDITS), kept)
    }
    if (restored > 0) return { kind: 'restored', credits: restored, surely: shown > 0 }
    if (above > 0) return { kind: 'too-high', by: above }
    return outside > 0 ? { kind: 'outside', credits: outside } : { kind: 'agrees' }
  }

  /** Weighs a balance requested after one that raised a doubt. Returns what to restore; zero if it confirms the doubt. */
  #weigh({ unknown, last }: Told, above: Credits): Credits {
    if (above > 0 && above <= this.#doubt.credits) return this.#restore(this.#doubt.contradict(plus(above, unknown)))
    // A balance above the possible range proves nothing: it may predate others' spending.
    if (last && this.#exact !== null && unknown === 0) this.#doubt.end()
    else if (last && this.#exact !== null) this.#doubt.uncontradicted()
    return NO_CREDITS
  }

  /** Without an endpoint: replies in flight with the one that raised a doubt, or sent after it, may outvote it. */
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

  /** The balance is not exact if its call was sent again, or if another call was lost meanwhile. */
  doubtExact({ losses }: InFlight): void {
    if (losses !== this.#losses) this.#exact = null
  }

  /** Accounts for drift with the best balance available; a balance too high to be accepted may still be drift. */
  look(balance: Credits, unsure: Credits, unknown: Credits): void {
    const above = minus(balance, this.#expected ?? balance)
    const by = { least: most(minus(above, unsure), NO_CREDITS), most: plus(above, this.#inFlight, unknown) }
    this.#drift.looked(by, this.#seen, unsure)
  }

  /**
   * Returns what is missing from a balance taken while nothing was in flight, and accepts that balance. `unknown`: the most
   * that unknown calls can have cost; anything missing beyond that is others' spending. `kept`: the part of it that stays
   * unknown; what those calls have cost is not counted as missing where it is known. Null: the balance is higher than
   * possible, or does not tell which of the calls have cost what is missing.
   */
  reconcile(balance: Credits, unknown: Credits, kept: Credits): Credits | null {
    if (this.#inFlight > 0) throw new LedgerError('reconciling while calls are in flight')
    if (this.#expected === null) return null
    // Missing credits are attributed to unknown calls first, including unconfirmed deductions.
    const unconfirmed = plus(this.#doubt.credits, this.#misread)
    const missing = minus(plus(this.#expected, unconfirmed), balance)
    const tooHigh = most(minus(NO_CREDITS, missing), NO_CREDITS)
    this.#drift.looked({ least: tooHigh, most: tooHigh }, this.#seen, NO_CREDITS)
    // Part of what is missing may have been spent by this run's unknown calls, or by those that stay unknown.
    const isAmbiguous = this.#keptCost === null && kept > 0 && missing > 0 && missing < unknown
    if (missing < 0 || isAmbiguous) return null
    const byKept = least(missing, this.#keptCost ?? kept)
    const byUnknown = this.#keptCost === null ? unknown : plus(byKept, minus(unknown, kept))
    this.#restore(unconfirmed)
    this.#misread = NO_CREDITS
    this.#drift.outside(minus(missing, least(missing, byUnknown)))
    this.#doubt.end()
    this.#assumed = byKept
    this.#expected = plus(balance, byKept)
    this.#told = balance
    return this.#keptCost === null ? missing : minus(missing, byKept)
  }
}

import { type Credits, least, minus, most, NO_CREDITS, plus } from '../credits/credits.ts'
import { LedgerError } from '../errors/errors.ts'
import { BalanceBelief } from './balance-belief.ts'
import type { Since } from './charges.ts'
import type { LedgerStart } from './ledger-start.ts'
import type { InFlight, Report, Told, Watch } from './told.ts'
import { Trust } from './trust.ts'

/**
 * The books of one run in this process: a copy of the database's ledger, updated by the same events that the next
 * checkpoint commits. Two invariants hold (may-open.ts says what may be reserved so that they do):
 *
 *     budget ≥ spent + held            held: reservations of open and unknown calls
 *     expected − reserve ≥ held        expected: the balance less every known cost
 */
export class Ledger {
  /** What the vendor's balance is taken to be. */
  readonly belief: BalanceBelief
  readonly trust: Trust
  readonly reserve: Credits
  readonly watched: Watch
  /** This and the next: as in LedgerStart. */
  readonly grows: boolean
  readonly staysElsewhere: Credits
  #budget: Credits | null
  /** Including what the run had spent by then. */
  readonly #lastTold: Credits | null
  readonly #lastDoubted: Credits
  readonly #lastReported: Credits | null
  /** The first balance is lower than open calls of earlier processes explain: others have spent, too. */
  #isShort = false
  #spent: Credits
  #open: Credits
  #unknown: Credits
  #unknownElsewhere: Credits

  constructor(start: LedgerStart) {
    this.reserve = start.reserve
    this.watched = start.watched
    this.staysElsewhere = start.staysElsewhere ?? NO_CREDITS
    this.grows = start.grows ?? false
    this.#lastTold = start.lastTold == null ? null : plus(start.lastTold, start.spent)
    this.#lastDoubted = start.lastDoubted ?? NO_CREDITS
    this.#lastReported = start.lastReported ?? null
    this.#spent = start.spent
    this.#open = start.open
    this.#unknown = start.unknown
    this.#unknownElsewhere = start.unknownElsewhere
    const { expected, open, drift = NO_CREDITS, doubted = NO_CREDITS, keptCost = null, keptProcessed = false } = start
    this.belief = new BalanceBelief({ expected, inFlight: open, drift, doubted, keptCost, keptProcessed })
    this.#budget = start.budget ?? this.#budgetOfBalance()
    this.trust = new Trust(start.watched)
    this.trust.begin(this.spendable, this.#open)
  }

  get budget(): Credits | null {
    return this.#budget
  }
  get spent(): Credits {
    return this.#spent
  }
  get held(): Credits {
    return plus(this.#open, this.#unknown)
  }
  /** Reservations of calls that are in flight, or about to be sent. */
  get open(): Credits {
    return this.#open
  }
  get unknown(): Credits {
    return this.#unknown
  }
  /** Reservations of unknown calls that a balance can settle, of this run and of others. */
  get unsettled(): Credits {
    return plus(this.#unknown, this.#unsettledElsewhere)
  }
  /** The most that unknown calls can have cost, in this run and in others. */
  get doubtful(): Credits {
    return plus(this.#unknown, this.#unknownElsewhere)
  }
  get expected(): Credits | null {
    return this.belief.expected
  }
  /** The balance that the next process may start from: `expected`, or the last one of earlier processes less what was spent. */
  get lastKnown(): Credits | null {
    return this.expected ?? (this.#lastTold === null ? null : most(minus(this.#lastTold, this.#spent), NO_CREDITS))
  }

  /**
   * What the last balance in a reply leaves beside the reserve, whatever of it open and unknown calls hold: those that the
   * vendor has processed are in it, or cost nothing. Null: no reply has reported one.
   */
  get leftByReplies(): Credits | null {
    const reported = [this.belief.told, this.#lastReported].filter((credits) => credits !== null)
    if (this.watched !== 'replies' || reported.length === 0 || this.expected === null) return null
    // Each may be older than the other: the first reply may be an old one.
    return minus(least(this.expected, ...reported), this.reserve)
  }

  /** The part of `lastKnown` that may be too low. */
  get doubted(): Credits {
    return this.expected === null ? this.#lastDoubted : this.belief.doubted
  }

  /**
   * The balance less the reserve and all that is in flight or unknown; null: no balance is known. May be negative. Where
   * others have spent, the cost of the open calls of earlier processes is not known: they are taken as not charged.
   */
  get spendable(): Credits | null {
    const { spendableByBooks } = this
    const { told } = this.belief
    if (spendableByBooks === null || told === null || !this.#isShort) return spendableByBooks
    return least(spendableByBooks, minus(told, this.reserve, this.#open, this.staysElsewhere))
  }

  /** The same where open calls of earlier processes are taken to explain the last balance. */
  get spendableByBooks(): Credits | null {
    const { expected, reserve, doubtful } = this
    return expected === null ? null : minus(expected, this.belief.assumed, reserve, this.#open, doubtful)
  }

  /** What is left of the run's budget; null until the first balance sets it. May be negative. */
  get budgetLeft(): Credits | null {
    return this.#budget === null ? null : minus(this.#budget, this.#spent, this.#open, this.#unknown)
  }

  opened(reservation: Credits): void {
    this.trust.opened()
    this.#open = plus(this.#open, reservation)
  }

  /**
   * A call is answered at this cost; `balance`: as reported in the reply, null if none; `misread`: the part of the cost that
   * the vendor may not have charged, since results could not be read.
   */
  reply(inFlight: InFlight, cost: Credits, balance: Credits | null, misread = NO_CREDITS): Report {
    if (misread > 0) this.belief.misread(misread, this.watched)
    this.belief.replied(inFlight, cost)
    this.#open = minus(this.#open, inFlight.reservation)
    this.#spent = plus(this.#spent, cost)
    this.trust.spent(cost)
    if (balance === null) {
      if (cost > 0) this.trust.noBalance()
      return { kind: 'agrees' }
    }
    const last = this.watched === 'replies'
    const unsure = this.belief.unsureSince(inFlight, cost)
    const report = this.#compare({ balance, inFlight, cost, last, unsure })
    if (last && this.belief.inFlight === 0) this.belief.look(balance, unsure, this.doubtful)
    this.belief.doubtExact(inFlight)
    return report
  }

  /** A call becomes unknown: it holds its reservation until it is reconciled. */
  lose(inFlight: InFlight): void {
    this.belief.lost(inFlight)
    this.#open = minus(this.#open, inFlight.reservation)
    this.#unknown = plus(this.#unknown, inFlight.reservation)
    this.trust.noBalance()
  }

  /** An open call will not be sent: its reservation is freed. */
  release(reservation: Credits): void {
    this.#open = minus(this.#open, reservation)
    if (this.#open < 0) throw new LedgerError('more was released than was open')
  }

  /** The endpoint has reported the balance that was `asked` for. `since`: charges that a lagging balance may not include. */
  report(balance: Credits, asked: InFlight, since: Since | null = null): Report {
    const unsure = since?.unsure ?? this.belief.unsureSince(asked, NO_CREDITS)
    const known = minus(balance, since?.after ?? NO_CREDITS)
    const report = this.#compare({ balance: known, inFlight: asked, cost: null, last: true, unsure })
    if (since !== null) this.trust.heard(this.belief.inFlight === 0 && this.#open === 0)
    this.belief.look(known, unsure, this.doubtful)
    return report
  }

  /** The balance that a process starts with; differences that it shows are older than the process, so they are not drift. */
  reportAtStart(balance: Credits, since: Since | null = null): void {
    const { kind } = this.report(balance, this.belief.ask(), since)
    this.#isShort = kind === 'outside' && this.#open > 0
    this.belief.forgetDrift()
  }

  /**
   * Settles all unknown calls by a balance taken while nothing was in flight and long enough after they were sent. It
   * cannot distinguish this run's calls from those of other runs, so each side is charged the most that it can have cost,
   * and neither exceeds its budget later. Null: the balance is higher than possible.
   */
  reconcile(balance: Credits): { readonly here: Credits; readonly elsewhere: Credits } | null {
    const missing = this.belief.reconcile(balance, this.doubtful, this.staysElsewhere)
    if (missing === null) return null
    const here = least(missing, this.#unknown)
    const elsewhere = least(missing, this.#unsettledElsewhere)
    this.#spent = plus(this.#spent, here)
    this.#unknown = NO_CREDITS
    this.#unknownElsewhere = this.staysElsewhere
    if (this.grows) this.#budget = most(this.#budget ?? NO_CREDITS, this.#budgetOfBalance() ?? NO_CREDITS)
    this.trust.heard(this.#open === 0)
    this.trust.renew(this.spendable, this.#open)
    return { here, elsewhere }
  }

  get #unsettledElsewhere(): Credits {
    return minus(this.#unknownElsewhere, this.staysElsewhere)
  }

  #budgetOfBalance(): Credits | null {
    const spendable = this.spendable
    return spendable === null ? null : plus(this.#spent, this.held, most(spendable, NO_CREDITS))
  }

  #compare(reported: Omit<Told, 'unknown' | 'kept' | 'lastKnown'>): Report {
    const { last, cost } = reported
    const first = this.expected === null
    const lastKnown = this.#lastDoubted === 0 ? this.lastKnown : null
    const told = { ...reported, unknown: this.doubtful, kept: this.staysElsewhere, lastKnown }
    const isFirst = this.belief.told === null
    const report = this.belief.compare(told)
    // Where only replies tell, this is what the process starts with.
    if (isFirst && last && cost !== null) this.#isShort = report.kind === 'outside' && this.#open > 0
    this.trust.heard(told.unsure === 0 && this.belief.inFlight === 0 && this.#open === 0)
    if (first) this.#budget ??= this.#budgetOfBalance()
    // Restored by a vote of replies only: one more call goes alone before more is risked.
    if (report.kind === 'restored' && !report.surely) this.trust.begin(NO_CREDITS, NO_CREDITS)
    else if (first || told.last || report.kind !== 'too-high') this.trust.renew(this.spendable, this.#open)
    return report
  }
}

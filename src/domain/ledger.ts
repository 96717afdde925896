import { BalanceBelief, type InFlight, type Report, type Told, type Watch } from './balance-belief.ts'
import type { Since } from './charges.ts'
import { type Credits, least, MOST_CREDITS, minus, most, NO_CREDITS, plus } from './credits.ts'
import { LedgerError } from './errors.ts'
import { Trust } from './trust.ts'

/** What the database knows of a run's credits when a process takes it up. */
export interface LedgerStart {
  /** What the run may spend in all; null until a first balance says (budget `remaining`, and nothing known yet). */
  readonly budget: Credits | null
  readonly reserve: Credits
  readonly spent: Credits
  /** Reservations of this run's open calls that will be sent again (with their idempotency key). */
  readonly open: Credits
  /** Reservations of unknown calls of this run, and of other runs on the same account. */
  readonly unknown: Credits
  readonly unknownElsewhere: Credits
  /** The account's balance as our books have it; null: the vendor reports none, or not yet. */
  readonly expected: Credits | null
  /**
   * What the last balance in a reply left, less what was spent since, where it comes from processes before this one: it
   * is no balance to work with, but no call goes out blindly that would break the reserve by it. Null: none was told.
   */
  readonly lastTold?: Credits | null
  /** The budget is what remains: what turns out not to have been charged to other runs' calls adds to it. */
  readonly grows?: boolean
  /**
   * The part of `unknownElsewhere` that no balance settles: it is of runs that can be resumed, and these send their calls
   * again under their idempotency keys, or ask after them.
   */
  readonly staysElsewhere?: Credits
  /** Where the vendor reports its balance, so that others' spending can be seen. */
  readonly watched: Watch
  /** What the run's processes before this one have found that the books do not explain. */
  readonly drift?: Credits
}

/**
 * The books of one run in this process: a mirror of the database's ledger, moved by the same events that the next
 * checkpoint commits. It answers one question, how much may be reserved now, and keeps four sums:
 *
 *     budget ≥ spent + held            held: reservations of open and unknown calls
 *     expected − reserve ≥ held        expected: the balance, less every cost that we know of
 */
export class Ledger {
  #budget: Credits | null
  readonly #reserve: Credits
  readonly #watched: Watch
  readonly #staysElsewhere: Credits
  readonly #grows: boolean
  /** With what the run had spent by then. */
  readonly #lastTold: Credits | null
  #spent: Credits
  #open: Credits
  #unknown: Credits
  #unknownElsewhere: Credits
  readonly #account: BalanceBelief
  readonly #trust: Trust

  constructor(start: LedgerStart) {
    this.#reserve = start.reserve
    this.#watched = start.watched
    this.#staysElsewhere = start.staysElsewhere ?? NO_CREDITS
    this.#grows = start.grows ?? false
    this.#lastTold = start.lastTold == null ? null : plus(start.lastTold, start.spent)
    this.#spent = start.spent
    this.#open = start.open
    this.#unknown = start.unknown
    this.#unknownElsewhere = start.unknownElsewhere
    const { expected, open, drift = NO_CREDITS } = start
    this.#account = new BalanceBelief({ expected, inFlight: open, drift })
    this.#budget = start.budget ?? this.#budgetOfBalance()
    this.#trust = new Trust(start.watched)
    this.#trust.begin(this.spendable, this.#open)
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
  get unknown(): Credits {
    return this.#unknown
  }
  /** Reservations of unknown calls that a balance can settle, of this run and of others. */
  get unsettled(): Credits {
    return plus(this.#unknown, this.#unsettledElsewhere)
  }
  /** The account is what bounds the run, and not its budget: what other runs' calls turn out not to have cost is of use. */
  get wantsMore(): boolean {
    const { budgetLeft, spendable } = this
    return this.#grows || budgetLeft === null || spendable === null || budgetLeft > spendable
  }
  get expected(): Credits | null {
    return this.#account.expected
  }
  /** What the balances of the run show and its books do not explain; see drift.ts. */
  get drift(): Credits {
    return this.#account.drift
  }

  /** Only a balance that may have been too low stands between the run and more calls: ask once more. */
  mayHaveMore(each: Credits): boolean {
    const { spendable, budgetLeft } = this
    if (spendable === null || budgetLeft === null || spendable >= each) return false
    return budgetLeft >= each && plus(spendable, this.#account.doubted) >= each
  }

  /** A balance that came later than one that was too low shows more; the next one decides. */
  get contradicted(): boolean {
    return this.#account.contradicted
  }

  /** The last balance in a reply, where it tells what unknown calls cost; see balance-belief.ts. */
  get exactBalance(): Credits | null {
    return this.#account.exact
  }

  /** Balance, less reserve, less all that is in flight or unknown; null where no balance is known. May be negative. */
  get spendable(): Credits | null {
    if (this.expected === null) return null
    return minus(this.expected, this.#reserve, this.#open, this.#unknown, this.#unknownElsewhere)
  }

  /** What is left of the run's budget; null until a first balance says what the budget is. May be negative. */
  get budgetLeft(): Credits | null {
    return this.#budget === null ? null : minus(this.#budget, this.#spent, this.#open, this.#unknown)
  }

  /** What may be reserved for new calls that can cost `each`. */
  available(each: Credits): Credits {
    const { budgetLeft, spendable } = this
    const known = least(budgetLeft ?? MOST_CREDITS, spendable ?? MOST_CREDITS)
    if (this.#trust.unseen) {
      return this.#open === 0 && !this.keepsOff(each) ? most(least(known, each), NO_CREDITS) : NO_CREDITS
    }
    if (budgetLeft === null || this.#cannotKeepReserve) return NO_CREDITS
    return most(least(known, spendable === null ? MOST_CREDITS : this.#trust.until(each, this.#open)), NO_CREDITS)
  }

  /** No balance has been told to this process, and by the last one before it a call would break the reserve. */
  keepsOff(each: Credits): boolean {
    if (this.expected !== null || this.#lastTold === null || this.#reserve === 0) return false
    return minus(this.#lastTold, this.#reserve, this.#spent, this.#open, this.#unknown, this.#unknownElsewhere) < each
  }

  /** True when only a fresh balance stands between the run and more calls. */
  awaitsReport(each: Credits): boolean {
    const { spendable, budgetLeft } = this
    if (spendable === null || budgetLeft === null) return false
    return spendable >= each && budgetLeft >= each && this.#trust.until(each, this.#open) < each
  }

  /** True when a fresh balance would be good to have soon: a quarter of what it last showed is spent. */
  wantsReport(): boolean {
    const spendable = this.spendable
    return this.#watched === 'endpoint' && spendable !== null && this.#trust.left * 3 <= plus(spendable, this.#open)
  }

  /** A call has been opened: its reservation has been taken. */
  open(reservation: Credits): void {
    this.#trust.opened()
    this.#open = plus(this.#open, reservation)
  }

  /** True if a call that is open may still be sent: others may have spent since its reservation was committed. */
  maySend(): boolean {
    const { spendable, budgetLeft } = this
    return (spendable === null || spendable >= 0) && (budgetLeft === null || budgetLeft >= 0)
  }

  /** An open call goes out. */
  send(reservation: Credits): InFlight {
    return this.#account.send(reservation)
  }

  /** Its reply has come, and cost so much; `balance` is what the vendor says is left, where it is to be believed. */
  reply(inFlight: InFlight, cost: Credits, balance: Credits | null): Report {
    this.#account.replied(inFlight, cost)
    this.#open = minus(this.#open, inFlight.reservation)
    this.#spent = plus(this.#spent, cost)
    this.#trust.spent(cost)
    if (balance === null) {
      if (cost > 0) this.#trust.silentReply()
      return { kind: 'agrees' }
    }
    const last = this.#watched === 'replies'
    const unsure = this.#account.unsureSince(inFlight, cost)
    const report = this.#compare({ balance, inFlight, cost, last, unsure, unknown: this.#doubtful })
    if (last && this.#account.inFlight === 0) this.#account.look(balance, unsure, this.#doubtful)
    this.#account.doubtExact(inFlight)
    return report
  }

  /** No reply will come: the call holds its reservation until it is reconciled. */
  lose(inFlight: InFlight): void {
    this.#account.lost(inFlight)
    this.#open = minus(this.#open, inFlight.reservation)
    this.#unknown = plus(this.#unknown, inFlight.reservation)
    this.#trust.lost()
  }

  /**
   * No reply has come, and the same call goes out again under its idempotency key: it may have been charged before.
   */
  sendAgain(reservation: Credits): InFlight {
    return this.#account.sendAgain(reservation)
  }

  /** A call that the vendor works on is asked after: unlike with one that goes out again, the reply is a new one. */
  poll(reservation: Credits): InFlight {
    return this.#account.poll(reservation)
  }

  /** An open call will not be sent. */
  release(reservation: Credits): void {
    this.#open = minus(this.#open, reservation)
    if (this.#open < 0) throw new LedgerError('more was released than was open')
  }

  /** The balance is asked for; hand the answer to `report`. */
  ask(): InFlight {
    return this.#account.ask()
  }

  /** The endpoint has said what is left; `since`: what it may not know of, where it lags. No fresher one is to be had. */
  report(balance: Credits, asked: InFlight, since: Since | null = null): Report {
    const unsure = since?.unsure ?? this.#account.unsureSince(asked, NO_CREDITS)
    const known = minus(balance, since?.after ?? NO_CREDITS)
    const told = { balance: known, inFlight: asked, cost: null, last: true, unsure, unknown: this.#doubtful }
    const report = this.#compare(told)
    if (since !== null) this.#trust.heard(this.#account.inFlight === 0 && this.#open === 0)
    this.#account.look(known, unsure, this.#doubtful)
    return report
  }

  /** The balance that a process begins with: what it shows came before the process, and is no drift of the run's. */
  reportAtStart(balance: Credits, since: Since | null = null): void {
    this.report(balance, this.ask(), since)
    this.#account.forgetDrift()
  }

  /**
   * Decides what the unknown calls cost, all of them, from a balance taken while nothing was in flight and long
   * enough after they were sent. Where it cannot tell this run's calls from those of other runs, each side is charged
   * the most that it can have cost, so that neither outspends its budget later. Null: it is higher than it can be.
   */
  reconcile(balance: Credits): { readonly here: Credits; readonly elsewhere: Credits } | null {
    const missing = this.#account.reconcile(balance, this.#doubtful)
    if (missing === null) return null
    const here = least(missing, this.#unknown)
    const elsewhere = least(missing, this.#unsettledElsewhere)
    this.#spent = plus(this.#spent, here)
    this.#unknown = NO_CREDITS
    this.#unknownElsewhere = this.#staysElsewhere
    // What turned out not to have been charged to other runs adds to a budget of what remains.
    if (this.#grows) this.#budget = most(this.#budget ?? NO_CREDITS, this.#budgetOfBalance() ?? NO_CREDITS)
    this.#trust.heard(this.#open === 0)
    this.#trust.renew(this.spendable, this.#open)
    return { here, elsewhere }
  }

  /** Nobody knows what is left, and some of it is not the run's to spend. */
  get #cannotKeepReserve(): boolean {
    return this.expected === null && this.#watched === 'replies' && this.#reserve > 0
  }

  get #unsettledElsewhere(): Credits {
    return minus(this.#unknownElsewhere, this.#staysElsewhere)
  }

  /** What calls can have cost that nobody knows of, here and elsewhere. */
  get #doubtful(): Credits {
    return plus(this.#unknown, this.#unknownElsewhere)
  }

  #budgetOfBalance(): Credits | null {
    const spendable = this.spendable
    return spendable === null ? null : plus(this.#spent, this.held, most(spendable, NO_CREDITS))
  }

  #compare(told: Told): Report {
    const first = this.expected === null
    const report = this.#account.compare(told)
    this.#trust.heard(told.unsure === 0 && this.#account.inFlight === 0 && this.#open === 0)
    if (first) this.#budget ??= this.#budgetOfBalance()
    // One more call alone, before more is risked on replies that outvoted another.
    if (report.kind === 'restored' && !report.surely) this.#trust.begin(NO_CREDITS, NO_CREDITS)
    else if (first || told.last || report.kind !== 'too-high') this.#trust.renew(this.spendable, this.#open)
    return report
  }
}

import { BalanceBelief, type InFlight, type Report, type Told, type Watch } from './balance-belief.ts'
import type { Since } from './charges.ts'
import { type Credits, least, MOST_CREDITS, minus, most, NO_CREDITS, plus } from './credits.ts'
import { LedgerError } from './errors.ts'
import { Trust } from './trust.ts'

/** A run's credits according to the database, when a process starts on it. */
export interface LedgerStart {
  /** What the run may spend in total; null until the first balance (budget `remaining`, and no balance known yet). */
  readonly budget: Credits | null
  readonly reserve: Credits
  readonly spent: Credits
  /** Reservations of this run's open calls that will be sent again (with their idempotency key). */
  readonly open: Credits
  /** Reservations of unknown calls of this run, and of other runs on the same account. */
  readonly unknown: Credits
  readonly unknownElsewhere: Credits
  /** The account's balance according to our books; null: none reported, or not yet. */
  readonly expected: Credits | null
  /**
   * The last balance from replies to earlier processes, less what was spent since. It is too old to work with, but no call
   * may be sent that would break the reserve according to it. Null: none was reported.
   */
  readonly lastTold?: Credits | null
  /** The budget is `remaining`: it grows by what other runs' calls turn out not to have cost. */
  readonly grows?: boolean
  /**
   * The part of `unknownElsewhere` that no balance settles: it belongs to resumable runs, which will send their calls again
   * under their idempotency keys, or poll them.
   */
  readonly staysElsewhere?: Credits
  /** Where the vendor reports its balance. */
  readonly watched: Watch
  /** Drift found by earlier processes of the run. */
  readonly drift?: Credits
  /** What they took off `expected` by a balance that no later one has confirmed: unknown calls may have cost it. */
  readonly doubted?: Credits
}

/**
 * The books of one run in this process: a copy of the database's ledger, updated by the same events that the next
 * checkpoint commits. It decides how much may be reserved now, and keeps two invariants:
 *
 *     budget ≥ spent + held            held: reservations of open and unknown calls
 *     expected − reserve ≥ held        expected: the balance less every known cost
 */
export class Ledger {
  #budget: Credits | null
  readonly #reserve: Credits
  readonly #watched: Watch
  readonly #staysElsewhere: Credits
  readonly #grows: boolean
  /** Including what the run had spent by then. */
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
    const { expected, open, drift = NO_CREDITS, doubted = NO_CREDITS } = start
    this.#account = new BalanceBelief({ expected, inFlight: open, drift, doubted })
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
  /** The account limits the run, not its budget: it could spend what other runs' calls turn out not to have cost. */
  get wantsMore(): boolean {
    const { budgetLeft, spendable } = this
    return this.#grows || budgetLeft === null || spendable === null || budgetLeft > spendable
  }
  get expected(): Credits | null {
    return this.#account.expected
  }
  /** The balance that the next process may start from: `expected`, or the last one of earlier processes less what was spent. */
  get lastKnown(): Credits | null {
    return this.expected ?? (this.#lastTold === null ? null : most(minus(this.#lastTold, this.#spent), NO_CREDITS))
  }
  /** See drift.ts. */
  get drift(): Credits {
    return this.#account.drift
  }
  /** What was taken off `expected` by a balance that no later one has confirmed. */
  get doubted(): Credits {
    return this.#account.doubted
  }

  /** The run could open calls of cost `each` if the last balance was too low: worth requesting it again. */
  mayHaveMore(each: Credits): boolean {
    const { spendable, budgetLeft } = this
    if (spendable === null || budgetLeft === null || spendable >= each) return false
    return budgetLeft >= each && plus(spendable, this.#account.doubted) >= each
  }

  /** A later balance shows more than the one in doubt; the next one decides. */
  get contradicted(): boolean {
    return this.#account.contradicted
  }

  /** The last balance in a reply, if it can settle unknown calls; see BalanceBelief.exact. */
  get exactBalance(): Credits | null {
    return this.#account.exact
  }

  /** The balance less the reserve and all that is in flight or unknown; null: no balance is known. May be negative. */
  get spendable(): Credits | null {
    if (this.expected === null) return null
    return minus(this.expected, this.#reserve, this.#open, this.#unknown, this.#unknownElsewhere)
  }

  /** What is left of the run's budget; null until the first balance sets it. May be negative. */
  get budgetLeft(): Credits | null {
    return this.#budget === null ? null : minus(this.#budget, this.#spent, this.#open, this.#unknown)
  }

  /** Credits that may be reserved for new calls that can cost `each`. */
  available(each: Credits): Credits {
    const { budgetLeft, spendable } = this
    const known = least(budgetLeft ?? MOST_CREDITS, spendable ?? MOST_CREDITS)
    if (this.#trust.unseen) {
      return this.#open === 0 && !this.keepsOff(each) ? most(least(known, each), NO_CREDITS) : NO_CREDITS
    }
    if (budgetLeft === null || this.#cannotKeepReserve) return NO_CREDITS
    return most(least(known, spendable === null ? MOST_CREDITS : this.#trust.until(each, this.#open)), NO_CREDITS)
  }

  /** This process knows no balance, and according to the last one of an earlier process a call would break the reserve. */
  keepsOff(each: Credits): boolean {
    if (this.expected !== null || this.lastKnown === null || this.#reserve === 0) return false
    return minus(this.lastKnown, this.#reserve, this.#open, this.#unknown, this.#unknownElsewhere) < each
  }

  /** True if the run could open more calls with a fresh balance. */
  awaitsReport(each: Credits): boolean {
    const { spendable, budgetLeft } = this
    if (spendable === null || budgetLeft === null) return false
    return spendable >= each && budgetLeft >= each && this.#trust.until(each, this.#open) < each
  }

  /** True if a fresh balance is wanted soon: a quarter of what the last one showed is spent. */
  wantsReport(): boolean {
    const spendable = this.spendable
    return this.#watched === 'endpoint' && spendable !== null && this.#trust.left * 3 <= plus(spendable, this.#open)
  }

  /** A call has been opened, with its reservation. */
  open(reservation: Credits): void {
    this.#trust.opened()
    this.#open = plus(this.#open, reservation)
  }

  /** True if open calls may still be sent: others may have spent since their reservations were committed. */
  maySend(): boolean {
    const { spendable, budgetLeft } = this
    return (spendable === null || spendable >= 0) && (budgetLeft === null || budgetLeft >= 0)
  }

  /** An open call is sent. */
  send(reservation: Credits): InFlight {
    return this.#account.send(reservation)
  }

  /** A call is answered at this cost; `balance`: as reported in the reply, null if none. */
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

  /** A call becomes unknown: it holds its reservation until it is reconciled. */
  lose(inFlight: InFlight): void {
    this.#account.lost(inFlight)
    this.#open = minus(this.#open, inFlight.reservation)
    this.#unknown = plus(this.#unknown, inFlight.reservation)
    this.#trust.lost()
  }

  /**
   * An unanswered call is sent again under its idempotency key: it may have been charged before.
   */
  sendAgain(reservation: Credits): InFlight {
    return this.#account.sendAgain(reservation)
  }

  /** A job of the vendor is polled: unlike after `sendAgain`, the reply is certainly new. */
  poll(reservation: Credits): InFlight {
    return this.#account.poll(reservation)
  }

  /** An open call will not be sent: its reservation is freed. */
  release(reservation: Credits): void {
    this.#open = minus(this.#open, reservation)
    if (this.#open < 0) throw new LedgerError('more was released than was open')
  }

  /** The balance is requested; pass the answer to `report`. */
  ask(): InFlight {
    return this.#account.ask()
  }

  /** The endpoint has reported a balance. `since`: charges that a lagging balance may not include. */
  report(balance: Credits, asked: InFlight, since: Since | null = null): Report {
    const unsure = since?.unsure ?? this.#account.unsureSince(asked, NO_CREDITS)
    const known = minus(balance, since?.after ?? NO_CREDITS)
    const reported = { balance: known, inFlight: asked, cost: null, last: true, unsure, unknown: this.#doubtful }
    const report = this.#compare(reported)
    if (since !== null) this.#trust.heard(this.#account.inFlight === 0 && this.#open === 0)
    this.#account.look(known, unsure, this.#doubtful)
    return report
  }

  /** The balance that a process starts with; differences that it shows are older than the process, so they are not drift. */
  reportAtStart(balance: Credits, since: Since | null = null): void {
    this.report(balance, this.ask(), since)
    this.#account.forgetDrift()
  }

  /**
   * Settles all unknown calls by a balance taken while nothing was in flight and long enough after they were sent. It
   * cannot distinguish this run's calls from those of other runs, so each side is charged the most that it can have cost,
   * and neither exceeds its budget later. Null: the balance is higher than possible.
   */
  reconcile(balance: Credits): { readonly here: Credits; readonly elsewhere: Credits } | null {
    const missing = this.#account.reconcile(balance, this.#doubtful)
    if (missing === null) return null
    const here = least(missing, this.#unknown)
    const elsewhere = least(missing, this.#unsettledElsewhere)
    this.#spent = plus(this.#spent, here)
    this.#unknown = NO_CREDITS
    this.#unknownElsewhere = this.#staysElsewhere
    // A budget of `remaining` grows by what other runs' calls did not cost.
    if (this.#grows) this.#budget = most(this.#budget ?? NO_CREDITS, this.#budgetOfBalance() ?? NO_CREDITS)
    this.#trust.heard(this.#open === 0)
    this.#trust.renew(this.spendable, this.#open)
    return { here, elsewhere }
  }

  /** There is a reserve, but no balance by which to keep it. */
  get #cannotKeepReserve(): boolean {
    return this.expected === null && this.#watched === 'replies' && this.#reserve > 0
  }

  get #unsettledElsewhere(): Credits {
    return minus(this.#unknownElsewhere, this.#staysElsewhere)
  }

  /** The most that unknown calls can have cost, in this run and in others. */
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
    // Restored by a vote of replies only: one more call goes alone before more is risked.
    if (report.kind === 'restored' && !report.surely) this.#trust.begin(NO_CREDITS, NO_CREDITS)
    else if (first || told.last || report.kind !== 'too-high') this.#trust.renew(this.spendable, this.#open)
    return report
  }
}

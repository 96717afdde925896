import { type Credits, least, MOST_CREDITS, minus, most, NO_CREDITS, plus } from './credits.ts'
import { LedgerError } from './errors.ts'

/** So many calls that may have cost something and brought no balance, and none will come. */
const SILENT_REPLIES = 5

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
  /** The budget is what remains: what turns out not to have been charged to other runs' calls adds to it. */
  readonly grows?: boolean
  /** The other runs' calls keep their reservations: they will be sent again under their idempotency keys. */
  readonly elsewhereStays?: boolean
  /** Where the vendor reports its balance, so that others' spending can be seen. */
  readonly watched: Watch
}

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
 * The books of one run in this process: a mirror of the database's ledger, moved by the same events that the next
 * checkpoint commits. It answers one question, how much may be reserved now, and keeps four sums:
 *
 *     budget ≥ spent + held            held: reservations of open and unknown calls
 *     expected − reserve ≥ held        expected: the balance, less every cost that we know of
 *
 * A balance in a reply was taken somewhere between its sending and its arrival, while other calls were on the wire.
 * So it is compared with the range of balances that our own calls can explain: below the range, someone else has
 * spent; above it, it is older than what we know. With one call on the wire the range is a point.
 */
export class Ledger {
  #budget: Credits | null
  readonly #reserve: Credits
  readonly #watched: Watch
  readonly #elsewhereStays: boolean
  readonly #grows: boolean
  #spent: Credits
  #open: Credits
  #unknown: Credits
  #unknownElsewhere: Credits
  #expected: Credits | null
  /** What replies have cost since this process began, and what unanswered calls that were sent may have cost. */
  #seen: Credits = NO_CREDITS
  #wire: Credits
  /** What may be spent before the next balance must be seen; counts once a first one has been seen. */
  #trusted: Credits
  #reported: boolean
  #exactBalance: Credits | null = null
  #losses = 0
  /** The last balance came while nothing of ours was open, and nothing has been opened since. */
  #fresh = false
  /** Calls that may have cost something and brought no balance, before the first that did. */
  #silent = 0

  constructor(start: LedgerStart) {
    this.#reserve = start.reserve
    this.#watched = start.watched
    this.#elsewhereStays = start.elsewhereStays ?? false
    this.#grows = start.grows ?? false
    this.#spent = start.spent
    this.#open = start.open
    this.#wire = start.open
    this.#unknown = start.unknown
    this.#unknownElsewhere = start.unknownElsewhere
    this.#expected = start.expected
    this.#budget = start.budget ?? this.#budgetOfBalance()
    this.#trusted = this.#halfOfSpendable()
    this.#reported = start.watched === 'endpoint'
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
    return this.#elsewhereStays ? this.#unknown : plus(this.#unknown, this.#unknownElsewhere)
  }
  get expected(): Credits | null {
    return this.#expected
  }

  /**
   * The last balance in a reply, if nothing else of ours was on the wire and no call was lost since it was asked for;
   * null once another call has gone out or been lost.
   */
  get exactBalance(): Credits | null {
    return this.#exactBalance
  }

  /** Balance, less reserve, less all that is in flight or unknown; null where no balance is known. May be negative. */
  get spendable(): Credits | null {
    if (this.#expected === null) return null
    return minus(this.#expected, this.#reserve, this.#open, this.#unknown, this.#unknownElsewhere)
  }

  /** What is left of the run's budget; null until a first balance says what the budget is. May be negative. */
  get budgetLeft(): Credits | null {
    return this.#budget === null ? null : minus(this.#budget, this.#spent, this.#open, this.#unknown)
  }

  /** What may be reserved for new calls that can cost `each`. */
  available(each: Credits): Credits {
    const { budgetLeft, spendable } = this
    const known = least(budgetLeft ?? MOST_CREDITS, spendable ?? MOST_CREDITS)
    if (this.#unseen) return this.#open === 0 ? most(least(known, each), NO_CREDITS) : NO_CREDITS
    if (budgetLeft === null || this.#cannotKeepReserve) return NO_CREDITS
    return most(least(known, spendable === null ? MOST_CREDITS : this.#untilNextReport(each)), NO_CREDITS)
  }

  /** True when only a fresh balance stands between the run and more calls. */
  awaitsReport(each: Credits): boolean {
    const spendable = this.spendable
    const budgetLeft = this.budgetLeft
    if (spendable === null || budgetLeft === null) return false
    return spendable >= each && budgetLeft >= each && this.#untilNextReport(each) < each
  }

  /** True when a fresh balance would be good to have soon: a quarter of what it last showed is spent. */
  wantsReport(): boolean {
    const spendable = this.spendable
    return this.#watched === 'endpoint' && spendable !== null && this.#trusted * 3 <= plus(spendable, this.#open)
  }

  /** A call has been opened: its reservation has been taken. */
  open(reservation: Credits): void {
    this.#fresh = false
    this.#open = plus(this.#open, reservation)
  }

  /** True if a call that is open may still be sent: others may have spent since its reservation was committed. */
  maySend(): boolean {
    const spendable = this.spendable
    const budgetLeft = this.budgetLeft
    return (spendable === null || spendable >= 0) && (budgetLeft === null || budgetLeft >= 0)
  }

  /** An open call goes onto the wire. */
  send(reservation: Credits): Wire {
    this.#wire = plus(this.#wire, reservation)
    this.#exactBalance = null
    return { reservation, seen: this.#seen, losses: this.#losses }
  }

  /** Its reply has come, and cost so much; `balance` is what the vendor says is left, where it is to be believed. */
  reply(wire: Wire, cost: Credits, balance: Credits | null): Report {
    this.#wire = minus(this.#wire, wire.reservation)
    this.#open = minus(this.#open, wire.reservation)
    this.#charge(cost)
    this.#seen = plus(this.#seen, cost)
    if (balance === null) {
      if (cost > 0) this.#silent += 1
      return { kind: 'agrees' }
    }
    const report = this.#compare(balance, plus(wire.seen, cost), this.#watched === 'replies')
    if (wire.losses !== this.#losses) this.#exactBalance = null
    return report
  }

  /** No reply will come: the call holds its reservation until it is reconciled. */
  lose(wire: Wire): void {
    this.#wire = minus(this.#wire, wire.reservation)
    this.#open = minus(this.#open, wire.reservation)
    this.#unknown = plus(this.#unknown, wire.reservation)
    this.#losses += 1
    if (!this.#reported) this.#silent += 1
    this.#exactBalance = null
  }

  /**
   * No reply has come, and the same call goes out again under its idempotency key. It may have been charged the
   * first time, so it has counted as on the wire all along.
   */
  sendAgain(reservation: Credits): Wire {
    return { reservation, seen: this.#seen, losses: null }
  }

  /** A call that the vendor works on is asked after: unlike with one that goes out again, the reply is a new one. */
  poll(reservation: Credits): Wire {
    return { reservation, seen: this.#seen, losses: this.#losses }
  }

  /** An open call will not be sent. */
  release(reservation: Credits): void {
    this.#open = minus(this.#open, reservation)
    if (this.#open < 0) throw new LedgerError('more was released than was open')
  }

  /** The balance is asked for; hand the answer to `report`. */
  ask(): Wire {
    return { reservation: NO_CREDITS, seen: this.#seen, losses: this.#losses }
  }

  /** The balance endpoint has said what is left. */
  report(balance: Credits, asked: Wire): Report {
    return this.#compare(balance, asked.seen, true)
  }

  /**
   * Decides what the unknown calls cost, all of them, from a balance taken while nothing was on the wire and long
   * enough after they were sent: what is missing from the balance, up to what they could cost. More than that is
   * others' spending. Where the balance cannot tell this run's calls from those of other runs, each side is charged
   * the most that it can have cost, so that neither outspends its budget later. Returns null where the balance
   * cannot tell at all (it is higher than it can be).
   */
  reconcile(balance: Credits): { readonly here: Credits; readonly elsewhere: Credits } | null {
    if (this.#wire > 0) throw new LedgerError('reconciling while calls are on the wire')
    if (this.#expected === null || balance > this.#expected) return null
    const missing = minus(this.#expected, balance)
    const here = least(missing, this.#unknown)
    const elsewhere = this.#elsewhereStays ? NO_CREDITS : least(missing, this.#unknownElsewhere)
    this.#spent = plus(this.#spent, here)
    this.#unknown = NO_CREDITS
    if (!this.#elsewhereStays) this.#unknownElsewhere = NO_CREDITS
    this.#expected = balance
    // What turned out not to have been charged to other runs adds to a budget of what remains.
    if (this.#grows) this.#budget = most(this.#budget ?? NO_CREDITS, this.#budgetOfBalance() ?? NO_CREDITS)
    this.#fresh = this.#open === 0
    this.#trust()
    return { here, elsewhere }
  }

  /** No balance has been seen yet, where balances come only in replies: one call at a time, to learn what there is. */
  get #unseen(): boolean {
    return this.#watched === 'replies' && !this.#reported && this.#silent < SILENT_REPLIES
  }

  /** Nobody knows what is left, and some of it is not the run's to spend. */
  get #cannotKeepReserve(): boolean {
    return this.#expected === null && this.#watched === 'replies' && this.#reserve > 0
  }

  #budgetOfBalance(): Credits | null {
    const spendable = this.spendable
    return spendable === null ? null : plus(this.#spent, this.held, most(spendable, NO_CREDITS))
  }

  /**
   * Half of what may be spent may be reserved without seeing a new balance: so the run halves its way to the
   * reserve, and someone else who spends meanwhile is seen before the last credit goes. One call alone is allowed
   * right after a balance that came while nothing was open, and always where only a call can bring a new one.
   */
  #untilNextReport(each: Credits): Credits {
    if (this.#watched === 'nowhere' || !this.#reported) return MOST_CREDITS
    const alone = this.#open === 0 && (this.#fresh || this.#watched === 'replies') ? each : NO_CREDITS
    return most(minus(this.#trusted, this.#open), alone)
  }

  #halfOfSpendable(): Credits {
    const spendable = this.spendable
    if (spendable === null) return NO_CREDITS
    return most(Math.ceil(plus(spendable, this.#open) / 2) as Credits, NO_CREDITS)
  }

  /** `seen`: what our calls had cost that the balance must know of. `last`: no better balance is to be had. */
  #compare(balance: Credits, seen: Credits, last: boolean): Report {
    const unsure = minus(this.#seen, seen)
    this.#exactBalance = unsure === 0 && this.#wire === 0 ? balance : null
    this.#fresh = unsure === 0 && this.#wire === 0 && this.#open === 0
    if (this.#expected === null) return this.#firstReport(minus(balance, unsure))
    const highest = plus(this.#expected, unsure)
    const lowest = minus(this.#expected, this.#wire, this.#unknown, this.#unknownElsewhere)
    const outside = most(minus(lowest, balance), NO_CREDITS)
    this.#expected = minus(this.#expected, outside)
    if (balance <= highest || last) this.#trust()
    if (balance > highest) return { kind: 'too-high', by: minus(balance, highest) }
    return outside > 0 ? { kind: 'outside', credits: outside } : { kind: 'agrees' }
  }

  #firstReport(balance: Credits): Report {
    // Unknown calls may be in this balance already: booked as if they were not, they are found missing when reconciled.
    this.#expected = plus(balance, this.#unknown, this.#unknownElsewhere)
    this.#budget ??= this.#budgetOfBalance()
    this.#trust()
    return { kind: 'agrees' }
  }

  #trust(): void {
    this.#reported = true
    this.#trusted = this.#halfOfSpendable()
  }

  #charge(cost: Credits): void {
    this.#spent = plus(this.#spent, cost)
    if (this.#expected !== null) this.#expected = minus(this.#expected, cost)
    this.#trusted = minus(this.#trusted, cost)
  }
}

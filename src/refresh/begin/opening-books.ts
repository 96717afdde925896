import type { Since } from '../../domain/books/charges.ts'
import { Ledger } from '../../domain/books/ledger.ts'
import { type Credits, least, minus, most, NO_CREDITS, plus } from '../../domain/credits/credits.ts'
import type { BillingCycle } from '../../domain/cycle/billing-cycle.ts'
import type { Run } from '../../domain/run/run.ts'
import type { OpeningBalance } from '../balance/opening-balance.ts'
import type { RunSpec } from '../ports/run-spec.ts'
import type { AccountState } from '../ports/store.ts'
import type { LeftBehind } from './left-behind.ts'

/** The balance that a process starts with. */
export interface BooksOpening extends Pick<OpeningBalance, 'balance' | 'watch' | 'asOf' | 'charges'> {
  /** Balances from before its start are ignored. */
  readonly cycle?: Pick<BillingCycle, 'startAt'>
}

/**
 * The books of a new run. The budget is at most what is spendable now; null: not known yet. `keeps`: open calls of other
 * runs stay open until those runs are resumed; `areKeptProcessed`: the vendor has certainly processed them.
 */
export function newBooks(
  { budget: wanted, reserve }: Pick<RunSpec, 'budget' | 'reserve'>,
  opening: BooksOpening,
  found: AccountState,
  keeps: boolean,
  areKeptProcessed = false,
): { ledger: Ledger; budget: Credits | null; keptCost: Credits | null } {
  const account = withoutRefuted(opening, found)
  const expected = rebase(opening, account, account.held)
  const doubted = doubtedIn(opening, expected, account, account.held)
  const keptCost =
    keeps && areKeptProcessed && found.doubted === 0 && doubted === 0 ? costOfKept(opening, account, expected) : null
  const spendable = expected === null ? null : most(minus(expected, reserve, account.held), NO_CREDITS)
  const budget = wanted === 'remaining' ? spendable : spendable === null ? wanted : least(wanted, spendable)
  const ledger = new Ledger({
    budget,
    reserve,
    spent: NO_CREDITS,
    open: NO_CREDITS,
    unknown: NO_CREDITS,
    unknownElsewhere: account.held,
    staysElsewhere: keeps ? minus(account.held, account.heldByEnded) : NO_CREDITS,
    keptCost,
    keptProcessed: keeps && areKeptProcessed && opening.watch === 'replies',
    grows: wanted === 'remaining',
    expected,
    doubted,
    lastTold: lastTold(opening, account),
    lastDoubted: account.doubted,
    watched: opening.watch,
  })
  return { ledger: compared(ledger, opening), budget, keptCost }
}

/**
 * What the open calls of runs that can be resumed have cost, by a balance that certainly includes it: nothing else can be
 * missing from it. Null: the balance does not tell.
 */
function costOfKept({ balance, watch, asOf }: BooksOpening, account: AccountState, expected: Credits | null) {
  const isTold = watch === 'endpoint' && balance !== null && asOf === null && expected !== null
  if (!isTold || account.heldByEnded > 0) return null
  return least(minus(expected, balance), account.held)
}

/** What a resumed run brings with it. `budget`: null if no balance has ever set it. */
interface Resumed {
  readonly run: Run
  readonly budget: Credits | null
  readonly grows: boolean
  readonly left: LeftBehind
  /** See LedgerStart. */
  readonly keptCost?: Credits | null
}

/**
 * The books of a resumed run: its budget is kept, and what is missing from the balance is reconciled later. `keeps`: as
 * for a new run.
 */
export function resumedBooks(
  { run, budget, grows, left, keptCost = null }: Resumed,
  opening: BooksOpening,
  found: AccountState,
  keeps: boolean,
): Ledger {
  const account = withoutRefuted(opening, found)
  const unknown = plus(run.unknown, left.unknown)
  const unknownElsewhere = minus(account.held, run.held)
  const unsure = plus(left.open, unknown, unknownElsewhere, left.settledCost)
  // Where balances come only in replies, the balance that the books expect since the run heard one is the best estimate.
  const hasHeard = account.reportedAt !== null && account.reportedAt >= run.createdAt
  const lastExpected = opening.watch === 'replies' && unsure > 0 && hasHeard ? account.expected : null
  const expected = rebase(opening, account, unsure) ?? lastExpected
  const ledger = new Ledger({
    budget,
    reserve: run.reserve,
    spent: plus(run.spent, left.settledCost),
    open: left.open,
    unknown,
    unknownElsewhere,
    staysElsewhere: keeps ? minus(unknownElsewhere, account.heldByEnded) : NO_CREDITS,
    keptCost,
    grows,
    expected: expected === null ? null : minus(expected, left.settledCost),
    lastTold: lastTold(opening, account),
    lastDoubted: account.doubted,
    lastReported: isThisCycles(opening, account) ? account.reported : null,
    watched: opening.watch,
    drift: minus(run.drift, minus(found.doubted, account.doubted)),
    doubted: doubtedIn(opening, expected, account, unsure),
  })
  return compared(ledger, opening)
}

/**
 * What an earlier balance took off the books, and no later one has confirmed, was never spent if this one shows more than
 * they expect: it counts again, so that what calls in doubt have cost can be told from it. If others did spend a part of
 * it, comparing this balance with the books takes that off again.
 */
function withoutRefuted(opening: BooksOpening, account: AccountState): AccountState {
  const { balance, watch, asOf } = opening
  const { expected, doubted } = account
  // A balance that lags behind may be older than the one that it would refute.
  if (balance === null || watch !== 'endpoint' || asOf !== null || expected === null) return account
  const above = minus(balance, expected)
  return above > 0 && above <= doubted
    ? { ...account, expected: plus(expected, doubted), doubted: NO_CREDITS }
    : account
}

/**
 * The balance to expect. Without calls in doubt, the reported balance counts; if some may have been charged, our books
 * count, and the balance is compared with them later. A balance above the books (after a reset or top-up) cannot show
 * what those calls cost, so they are assumed to have cost their full reservations. If a delayed balance may or may not
 * include some of our costs, the lower figure counts, unless our books lie between the two.
 */
function rebase(opening: BooksOpening, account: AccountState, unsure: Credits): Credits | null {
  const { balance, watch } = opening
  if (balance === null || watch !== 'endpoint') return balance
  const since = sinceOf(opening)
  const highest = minus(balance, since?.after ?? NO_CREDITS)
  const lowest = minus(highest, since?.unsure ?? NO_CREDITS)
  const { expected } = account
  if (expected === null) return lowest
  if (unsure > 0) return lowest > expected ? plus(lowest, unsure) : expected
  return expected >= lowest && expected <= highest ? expected : lowest
}

/** The balance known from replies to earlier processes in this billing cycle. */
function lastTold(opening: BooksOpening, account: AccountState): Credits | null {
  return opening.watch === 'replies' && isThisCycles(opening, account) ? account.expected : null
}

function isThisCycles({ cycle }: BooksOpening, { reportedAt }: AccountState): boolean {
  return reportedAt !== null && (cycle === undefined || reportedAt >= cycle.startAt)
}

/**
 * The part of `expected` that may be too low, where calls are in doubt: what a balance took off it and no later one has
 * confirmed, or charges that a delayed balance may include or not. It must not hide what those calls have cost.
 */
function doubtedIn(opening: BooksOpening, expected: Credits | null, account: AccountState, unsure: Credits): Credits {
  if (unsure === 0 || expected === null) return NO_CREDITS
  return expected === account.expected ? account.doubted : (sinceOf(opening)?.unsure ?? NO_CREDITS)
}

function sinceOf({ asOf, charges }: BooksOpening): Since | null {
  return asOf === null || charges === null ? null : charges.since(asOf)
}

function compared(ledger: Ledger, opening: BooksOpening): Ledger {
  if (opening.balance !== null && opening.watch === 'endpoint') ledger.reportAtStart(opening.balance, sinceOf(opening))
  return ledger
}

import type { Since } from '../../domain/books/charges.ts'
import { Ledger } from '../../domain/books/ledger.ts'
import { type Credits, least, minus, most, NO_CREDITS, plus } from '../../domain/credits/credits.ts'
import type { BillingCycle } from '../../domain/cycle/billing-cycle.ts'
import type { Run } from '../../domain/run/run.ts'
import type { OpeningBalance } from '../balance/opening-balance.ts'
import type { FinishedCall, Interrupted, OrphanedCall, VendorJob } from '../ports/calls.ts'
import type { RunSpec } from '../ports/run-spec.ts'
import type { AccountState } from '../ports/store.ts'
import type { VendorRules } from '../ports/vendor.ts'
import type { DispositionRules } from '../settle/settlement.ts'
import { isDeadly, isSuspect, lost, released } from '../settle/settlement.ts'

/** The balance that a process starts with. */
export interface BooksOpening extends Pick<OpeningBalance, 'balance' | 'watch' | 'asOf' | 'charges'> {
  /** Balances from before its start are ignored. */
  readonly cycle?: Pick<BillingCycle, 'startAt'>
}

/** Calls that the previous process left behind, by how they are handled. */
export interface LeftBehind {
  /** To be committed first: replies from the journal, and calls whose outcome is unknown. */
  readonly finished: readonly FinishedCall[]
  /** To be sent again under their idempotency keys, or polled. */
  readonly resend: Interrupted['open']
  /** In flight when a process died: also sent again, but few at a time. */
  readonly suspects: Interrupted['open']
  /** Number of calls that may have crashed two processes. */
  readonly deadly: number
  readonly settledCost: Credits
  readonly open: Credits
  readonly unknown: Credits
}

/**
 * Sorts the open calls of an interrupted run: answered or never sent (by the journal), to be polled (the vendor works on them), to be
 * sent again (with an idempotency key), or unknown. A record that was in flight in two processes that died may have
 * crashed them: its call becomes unknown, and the record is not retried. The same applies to jobs of the vendor that the
 * config no longer says how to poll.
 */
export function sortLeftBehind(
  left: Interrupted,
  journal: readonly FinishedCall[],
  rules: Pick<DispositionRules, 'maxAttempts' | 'onUnknown'> & Pick<VendorRules, 'idempotent' | 'async'>,
): LeftBehind {
  // By nonce: a database restored from a backup may reuse the number for another call.
  const journalled = new Map(journal.map((call) => [call.nonce, call]))
  const journalledOf = (call: OrphanedCall) => {
    const known = journalled.get(call.nonce)
    if (known?.state !== 'released') return known
    // The journal may be an old one: whoever took the run over since may have sent the call.
    if (known.leaseToken !== call.leaseToken) return undefined
    return known.items.length > 0 ? known : released(call, null, null)
  }
  const isOpen = (call: OrphanedCall) => !['settled', 'released'].includes(journalledOf(call)?.state ?? 'open')
  const fromJournal = [...left.open, ...left.orphaned].flatMap((call) => journalledOf(call) ?? [])
  const settled = fromJournal.filter(({ state }) => state === 'settled')
  const [jobs, others] = split(left.open.filter(isOpen), ({ vendorJob }) => vendorJob !== undefined)
  const [polled, unpollable] = split(jobs, () => rules.async !== null)
  const [deadly, harmless] = split(others, ({ items }) => isDeadly(items, left.crashes))
  const [sendable, unrepeatable] = split(harmless, () => rules.idempotent)
  const unanswerable = [...unpollable, ...left.orphaned.filter(isOpen)]
  const unknown = [
    // With an idempotency key, the call's other records are not paid for again either.
    ...deadly.map((call) => lost(call, rules.idempotent ? { ...rules, onUnknown: 'skip' } : rules, left.crashes)),
    ...unrepeatable.map((call) => lost(call, rules, left.crashes)),
    ...unanswerable.map((call) => lost(call, { ...rules, onUnknown: 'skip' })),
  ]
  const [suspects, innocent] = split(sendable, ({ items }) => isSuspect(items, left.crashes))
  const resend = [...polled, ...innocent]
  return {
    // Each call once; "unknown" overrides an earlier journal entry.
    finished: [...new Map([...fromJournal, ...unknown].map((call) => [call.n, call])).values()],
    resend,
    suspects,
    deadly: deadly.length,
    settledCost: plus(...settled.map(({ cost }) => cost)),
    open: plus(...[...resend, ...suspects].map(({ reservation }) => reservation)),
    unknown: plus(...unknown.map(({ reservation }) => reservation)),
  }
}

export function jobsIn(journal: readonly FinishedCall[]): [n: number, job: VendorJob][] {
  return journal.flatMap(({ n, vendorJob, sentAt, openedAt }) =>
    vendorJob === undefined ? [] : [[n, { ...vendorJob, since: sentAt ?? openedAt }]],
  )
}

function split<T>(all: readonly T[], isFirst: (one: T) => boolean): [T[], T[]] {
  return [all.filter(isFirst), all.filter((one) => !isFirst(one))]
}

export const NOTHING_LEFT: LeftBehind = {
  finished: [],
  resend: [],
  suspects: [],
  deadly: 0,
  settledCost: NO_CREDITS,
  open: NO_CREDITS,
  unknown: NO_CREDITS,
}

/**
 * The books of a new run. The budget is at most what is spendable now; null: not known yet. `keeps`: open calls of other
 * runs stay open until those runs are resumed; `areKeptProcessed`: the vendor has certainly processed them.
 */
export function newBooks(
  { budget: wanted, reserve }: Pick<RunSpec, 'budget' | 'reserve'>,
  opening: BooksOpening,
  account: AccountState,
  keeps: boolean,
  areKeptProcessed = false,
): { ledger: Ledger; budget: Credits | null; keptCost: Credits | null } {
  const expected = rebase(opening, account, account.held)
  const doubted = doubtedIn(opening, expected, account, account.held)
  const keptCost = keeps && areKeptProcessed && doubted === 0 ? costOfKept(opening, account, expected) : null
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
  account: AccountState,
  keeps: boolean,
): Ledger {
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
    watched: opening.watch,
    drift: run.drift,
    doubted: doubtedIn(opening, expected, account, unsure),
  })
  return compared(ledger, opening)
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
function lastTold({ watch, cycle }: BooksOpening, { expected, reportedAt }: AccountState): Credits | null {
  const isOld = reportedAt === null || (cycle !== undefined && reportedAt < cycle.startAt)
  return watch !== 'replies' || isOld ? null : expected
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

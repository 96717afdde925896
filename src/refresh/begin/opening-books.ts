import type { BillingCycle } from '../../domain/billing-cycle.ts'
import type { Since } from '../../domain/charges.ts'
import { type Credits, least, minus, most, NO_CREDITS, plus } from '../../domain/credits.ts'
import { Ledger } from '../../domain/ledger.ts'
import type { Run } from '../../domain/run.ts'
import type { OpeningBalance } from '../balance/opening-balance.ts'
import type { FinishedCall, Interrupted, OrphanedCall, VendorJob } from '../ports/calls.ts'
import type { RunSpec } from '../ports/run-spec.ts'
import type { AccountState } from '../ports/store.ts'
import type { VendorRules } from '../ports/vendor.ts'
import type { DispositionRules } from '../settle/settlement.ts'
import { isDeadly, isSuspect, lost } from '../settle/settlement.ts'

/** The balance that a process begins with. */
export interface BooksOpening extends Pick<OpeningBalance, 'balance' | 'watch' | 'asOf' | 'charges'> {
  /** Balances from before its start say nothing. */
  readonly cycle?: Pick<BillingCycle, 'startAt'>
}

/** What the process before left behind, sorted by what is to be done about it. */
export interface LeftBehind {
  /** To be committed first: replies from the journal, and calls whose outcome nobody knows. */
  readonly finished: readonly FinishedCall[]
  /** To be sent again under their idempotency keys, or asked after. */
  readonly resend: Interrupted['open']
  /** Calls that a process died with: to be sent again too, few at a time. */
  readonly suspects: Interrupted['open']
  /** Calls that two processes may have died of. */
  readonly deadly: number
  readonly settledCost: Credits
  readonly open: Credits
  readonly unknown: Credits
}

/**
 * Sorts the open calls of an interrupted run: answered (the journal), to be asked after (the vendor works on them),
 * sent again (with a key), or unknown. A record that was in flight in two processes that died may be why they did: its
 * call is unknown, and the record is not asked for again. The same holds for calls that the vendor works on where the
 * config no longer says how to ask after them.
 */
export function sortLeftBehind(
  left: Interrupted,
  journal: readonly FinishedCall[],
  rules: Pick<DispositionRules, 'maxAttempts' | 'onUnknown'> & Pick<VendorRules, 'idempotent' | 'async'>,
): LeftBehind {
  // By the nonce too: a database that was set back has opened another call with that number.
  const told = new Map(journal.map((call) => [`${call.n} ${call.nonce}`, call]))
  const toldOf = ({ n, nonce }: Pick<OrphanedCall, 'n' | 'nonce'>) => told.get(`${n} ${nonce}`)
  const isOpen = (call: OrphanedCall) => toldOf(call)?.state !== 'settled'
  const fromJournal = [...left.open, ...left.orphaned].flatMap((call) => toldOf(call) ?? [])
  const settled = fromJournal.filter(({ state }) => state === 'settled')
  const [jobs, others] = split(left.open.filter(isOpen), ({ vendorJob }) => vendorJob !== undefined)
  const [polled, strange] = split(jobs, () => rules.async !== null)
  const [deadly, rest] = split(others, ({ items }) => isDeadly(items, left.crashes))
  const [again, forgotten] = split(rest, () => rules.idempotent)
  const never = [...strange, ...left.orphaned.filter(isOpen)]
  const unknown = [
    // Under a key the others of its records are not paid for again either.
    ...deadly.map((call) => lost(call, rules.idempotent ? { ...rules, onUnknown: 'skip' } : rules, left.crashes)),
    ...forgotten.map((call) => lost(call, rules, left.crashes)),
    ...never.map((call) => lost(call, { ...rules, onUnknown: 'skip' })),
  ]
  const [suspects, innocent] = split(again, ({ items }) => isSuspect(items, left.crashes))
  const resend = [...polled, ...innocent]
  return {
    // Each call once: what is unknown of it by now is the last word.
    finished: [...new Map([...fromJournal, ...unknown].map((call) => [call.n, call])).values()],
    resend,
    suspects,
    deadly: deadly.length,
    settledCost: sum(settled.map(({ cost }) => cost)),
    open: sum([...resend, ...suspects].map(({ reservation }) => reservation)),
    unknown: sum(unknown.map(({ reservation }) => reservation)),
  }
}

/** Jobs of the vendor's that the journal knows of, by the call's number. */
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
 * The books of a new run: its budget is never more than what may be spent now; null: not known yet. `keeps`: calls that
 * other runs left open stay so until these are resumed.
 */
export function newBooks(
  { budget: wanted, reserve }: Pick<RunSpec, 'budget' | 'reserve'>,
  opening: BooksOpening,
  account: AccountState,
  keeps: boolean,
): { ledger: Ledger; budget: Credits | null } {
  const expected = rebase(opening, account, account.held)
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
    grows: wanted === 'remaining',
    expected,
    lastTold: lastTold(opening, account),
    watched: opening.watch,
  })
  return { ledger: compared(ledger, opening), budget }
}

/** What a run that goes on brings with it. `budget`: null, where no balance has ever set it. */
export interface Resumed {
  readonly run: Run
  readonly budget: Credits | null
  readonly grows: boolean
  readonly left: LeftBehind
}

/**
 * The books of a run that goes on: its budget stands, and what is missing from the balance is found out later. `keeps`:
 * as for a new run.
 */
export function resumedBooks(
  { run, budget, grows, left }: Resumed,
  opening: BooksOpening,
  account: AccountState,
  keeps: boolean,
): Ledger {
  const unknown = plus(run.unknown, left.unknown)
  const unknownElsewhere = minus(account.held, run.held)
  const unsure = plus(left.open, unknown, unknownElsewhere, left.settledCost)
  // Where only replies tell, what this run knew of the balance is better than nothing.
  const heard = opening.watch === 'replies' && unsure > 0 ? account.expected : null
  const expected = rebase(opening, account, unsure) ?? heard
  const ledger = new Ledger({
    budget,
    reserve: run.reserve,
    spent: plus(run.spent, left.settledCost),
    open: left.open,
    unknown,
    unknownElsewhere,
    staysElsewhere: keeps ? minus(unknownElsewhere, account.heldByEnded) : NO_CREDITS,
    grows,
    expected: expected === null ? null : minus(expected, left.settledCost),
    lastTold: lastTold(opening, account),
    watched: opening.watch,
    drift: run.drift,
  })
  return compared(ledger, opening)
}

/**
 * Where no call is in doubt, the balance is the truth; where some may have been charged, our own books stand, and the
 * balance is compared with them. A balance above the books (a reset, a top-up) cannot tell what those calls cost:
 * they are taken to have cost all they could. Where a late balance may hold some of our costs or not, the lower figure
 * counts, unless our books lie between the two.
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

/** What replies to processes before this one told of the balance, in this billing cycle. */
function lastTold({ watch, cycle }: BooksOpening, { expected, reportedAt }: AccountState): Credits | null {
  const isOld = reportedAt === null || (cycle !== undefined && reportedAt < cycle.startAt)
  return watch !== 'replies' || isOld ? null : expected
}

function sinceOf({ asOf, charges }: BooksOpening): Since | null {
  return asOf === null || charges === null ? null : charges.since(asOf)
}

function compared(ledger: Ledger, opening: BooksOpening): Ledger {
  if (opening.balance !== null && opening.watch === 'endpoint') ledger.reportAtStart(opening.balance, sinceOf(opening))
  return ledger
}

function sum(amounts: readonly Credits[]): Credits {
  return plus(NO_CREDITS, ...amounts)
}

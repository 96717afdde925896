import { type Credits, least, minus, most, NO_CREDITS, plus } from '../domain/credits.ts'
import { Ledger } from '../domain/ledger.ts'
import type { Run } from '../domain/run.ts'
import type { OpeningBalance } from './opening-balance.ts'
import type { AccountState, FinishedCall, Interrupted } from './ports/store.ts'
import type { FateRules } from './settlement.ts'
import { lost } from './settlement.ts'

/** What the process before left behind, sorted by what is to be done about it. */
export interface LeftBehind {
  /** To be committed first: replies from the journal, and calls whose outcome nobody knows. */
  readonly finished: readonly FinishedCall[]
  /** To be sent again under their idempotency keys. */
  readonly resend: Interrupted['open']
  readonly settledCost: Credits
  readonly open: Credits
  readonly unknown: Credits
}

/** Sorts the open calls of an interrupted run: answered (the journal), sent again (with a key), or unknown. */
export function sortLeftBehind(
  left: Interrupted,
  journal: readonly FinishedCall[],
  rules: Pick<FateRules, 'maxAttempts' | 'onUnknown'> & { readonly idempotent: boolean },
): LeftBehind {
  const answered = new Map(journal.map((call) => [call.n, call]))
  const open = [...left.open, ...left.orphaned]
  const settled = open.flatMap(({ n }) => answered.get(n) ?? [])
  const unanswered = left.open.filter(({ n }) => !answered.has(n))
  const orphaned = left.orphaned
    .filter(({ n }) => !answered.has(n))
    .map((call) => lost(call, { ...rules, onUnknown: 'skip' }))
  const resend = rules.idempotent ? unanswered : []
  const unknown = [...(rules.idempotent ? [] : unanswered.map((call) => lost(call, rules))), ...orphaned]
  return {
    finished: [...settled, ...unknown],
    resend,
    settledCost: sum(settled.map(({ cost }) => cost)),
    open: sum(resend.map(({ reservation }) => reservation)),
    unknown: sum(unknown.map(({ reservation }) => reservation)),
  }
}

export const NOTHING_LEFT: LeftBehind = {
  finished: [],
  resend: [],
  settledCost: NO_CREDITS,
  open: NO_CREDITS,
  unknown: NO_CREDITS,
}

/** The books of a new run: its budget is never more than what may be spent now. */
export function newBooks(
  wanted: Credits | 'remaining',
  reserve: Credits,
  opening: OpeningBalance,
  account: AccountState,
): { ledger: Ledger; budget: Credits | null } {
  const expected = rebase(opening, account, account.unknown)
  const spendable = expected === null ? null : most(minus(expected, reserve, account.unknown), NO_CREDITS)
  const budget = wanted === 'remaining' ? spendable : spendable === null ? wanted : least(wanted, spendable)
  const start = { budget, reserve, spent: NO_CREDITS, open: NO_CREDITS, unknown: NO_CREDITS }
  return {
    ledger: compared(
      new Ledger({ ...start, unknownElsewhere: account.unknown, expected, watched: opening.watch }),
      opening,
    ),
    budget,
  }
}

/** The books of a run that goes on: its budget stands, and what is missing from the balance is found out later. */
export function resumedBooks(
  run: Run,
  budget: Credits | null,
  left: LeftBehind,
  opening: OpeningBalance,
  account: AccountState,
): Ledger {
  const unknown = plus(run.unknown, left.unknown)
  const unknownElsewhere = minus(account.unknown, run.unknown)
  const expected = rebase(opening, account, plus(left.open, unknown, unknownElsewhere, left.settledCost))
  const ledger = new Ledger({
    budget,
    reserve: run.reserve,
    spent: plus(run.spent, left.settledCost),
    open: left.open,
    unknown,
    unknownElsewhere,
    expected: expected === null ? null : minus(expected, left.settledCost),
    watched: opening.watch,
  })
  return compared(ledger, opening)
}

/**
 * Where no call is in doubt, the balance is the truth; where some may have been charged, our own books stand, and the
 * balance is compared with them. A balance above the books (a reset, a top-up) cannot tell what those calls cost:
 * they are taken to have cost all they could.
 */
function rebase(opening: OpeningBalance, account: AccountState, unsure: Credits): Credits | null {
  const { balance, watch } = opening
  if (balance === null || watch !== 'endpoint' || unsure === 0 || account.expected === null) return balance
  return balance > account.expected ? plus(balance, unsure) : account.expected
}

function compared(ledger: Ledger, opening: OpeningBalance): Ledger {
  if (opening.balance !== null && opening.watch === 'endpoint') ledger.report(opening.balance, ledger.ask())
  return ledger
}

function sum(amounts: readonly Credits[]): Credits {
  return plus(NO_CREDITS, ...amounts)
}

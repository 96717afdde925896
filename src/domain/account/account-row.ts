import type { Problem } from '../errors/problem.ts'
import type { Verdict } from '../judgement/judgement.ts'

/**
 * - working: a process spends from it now
 * - due: a run is to begin, or to go on
 * - waiting, done, too-late, needs-person: as the schedule decides on a job
 * - busy: another process is said to be spending from it
 * - unscheduled: none of its jobs has a schedule
 * - failing: it could not be looked at; tried again
 * - wrong: its config is; the others go on
 * - new: nobody has looked at it yet
 */
export type AccountState =
  | 'working'
  | 'due'
  | 'waiting'
  | 'done'
  | 'too-late'
  | 'needs-person'
  | 'busy'
  | 'unscheduled'
  | 'failing'
  | 'wrong'
  | 'new'

/** An account in a list of many: the JSON of `accounts`. Credits are decimals, instants ISO 8601; null: not known. */
export interface AccountRow {
  readonly account: string
  /** Its key in the ledger. */
  readonly vendor: string | null
  readonly state: AccountState
  readonly verdict: Verdict
  readonly balance: number | null
  /** What can still be spent until the reset. */
  readonly spendable: number | null
  /** What will expire as things are. */
  readonly atStake: number | null
  readonly resetAt: string | null
  readonly nextStart: string | null
  readonly latestSafeStart: string | null
  readonly why: string
  readonly todo: string | null
  readonly lookedAt: string | null
  readonly problems?: readonly Problem[]
}

/** What would be lost first; then what needs a person; then what could be lost; then by name. */
export function byLoss(a: AccountRow, b: AccountRow): number {
  return (
    amount(b.atStake) - amount(a.atStake) ||
    Number(isInNeed(b)) - Number(isInNeed(a)) ||
    amount(b.spendable) - amount(a.spendable) ||
    (a.account < b.account ? -1 : 1)
  )
}

function amount(credits: number | null): number {
  return credits ?? 0
}

function isInNeed({ state }: AccountRow): boolean {
  return state === 'wrong' || state === 'failing' || state === 'needs-person'
}

/** Of an account of which nothing is known. */
export const UNKNOWN = {
  verdict: 'unknown',
  balance: null,
  spendable: null,
  atStake: null,
  resetAt: null,
  nextStart: null,
  latestSafeStart: null,
  todo: null,
  lookedAt: null,
} as const

import type { Decision } from './decide.ts'

/** What to do about one of several jobs that share an account. */
export interface Chosen {
  readonly job: string
  readonly decision: Decision
  /** Higher first. */
  readonly priority: number
  /** When the latest run that the schedule began for it ended, and was not interrupted, epoch ms; null: none has. */
  readonly ranUntil: number | null
}

/** What counts first where nothing is to be done. */
const MATTERS = ['needs-person', 'busy', 'too-late', 'not-due', 'done'] as const

/**
 * The one job to do something about: the higher priority first; of equals what was interrupted goes on before anything
 * new begins, and then the first counts. No job waits for more than one run of another: one that has waited since
 * before the last run of the one that would go first has its turn. Where all wait, the one whose reason matters most,
 * and of those the one that comes next.
 */
export function choose<C extends Chosen>(jobs: readonly C[]): C {
  const [first] = jobs.toSorted((a, b) => rank(a) - rank(b) || b.priority - a.priority || within(a) - within(b))
  if (first === undefined) throw new Error('no job to choose from')
  const [passedOver] = jobs.filter((job) => isOwed(job, first)).toSorted((a, b) => sinceOf(a) - sinceOf(b))
  return passedOver ?? first
}

/** It waited already when the last run of the other job, that would go before it, ended. */
function isOwed(job: Chosen, other: Chosen): boolean {
  if (job === other || job.decision.kind === 'wait' || other.decision.kind === 'wait') return false
  return other.ranUntil !== null && sinceOf(job) < other.ranUntil
}

function rank({ decision }: Chosen): number {
  return decision.kind === 'wait' ? MATTERS.indexOf(decision.because) : -1
}

/** Of the same rank and priority. */
function within({ decision }: Chosen): number {
  if (decision.kind === 'wait') return decision.until ?? Number.MAX_SAFE_INTEGER
  return decision.kind === 'resume' ? 0 : 1
}

function sinceOf({ decision }: Chosen): number {
  return decision.kind === 'wait' ? Number.POSITIVE_INFINITY : (decision.since ?? Number.POSITIVE_INFINITY)
}

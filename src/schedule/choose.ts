import type { Decision } from './decide.ts'

/** The decision on one of several jobs that share an account. */
export interface Chosen {
  readonly job: string
  readonly decision: Decision
  /** Higher first. */
  readonly priority: number
  /** When its latest scheduled run ended without being interrupted, epoch ms; null: none has. */
  readonly ranUntil: number | null
}

/** Reasons to wait, most important first. */
const MATTERS = ['needs-person', 'busy', 'too-late', 'not-due', 'done'] as const

/**
 * The job to act on: by priority, then interrupted runs, then the order of `jobs`; but one that was already waiting when
 * the first one's last run ended goes first. If all jobs wait: by the importance of the reason, then the one due next.
 */
export function choose<C extends Chosen>(jobs: readonly C[]): C {
  const [first] = jobs.toSorted((a, b) => rank(a) - rank(b) || b.priority - a.priority || within(a) - within(b))
  if (first === undefined) throw new Error('no job to choose from')
  const [passedOver] = jobs.filter((job) => isOwed(job, first)).toSorted((a, b) => sinceOf(a) - sinceOf(b))
  return passedOver ?? first
}

/** True if `job` was already waiting when the last run of `other`, which would go first, ended. */
function isOwed(job: Chosen, other: Chosen): boolean {
  if (job === other || job.decision.kind === 'wait' || other.decision.kind === 'wait') return false
  return other.ranUntil !== null && sinceOf(job) < other.ranUntil
}

function rank({ decision }: Chosen): number {
  return decision.kind === 'wait' ? MATTERS.indexOf(decision.because) : -1
}

/** The order among jobs of the same rank and priority. */
function within({ decision }: Chosen): number {
  if (decision.kind === 'wait') return decision.until ?? Number.MAX_SAFE_INTEGER
  return decision.kind === 'resume' ? 0 : 1
}

function sinceOf({ decision }: Chosen): number {
  return decision.kind === 'wait' ? Number.POSITIVE_INFINITY : (decision.since ?? Number.POSITIVE_INFINITY)
}

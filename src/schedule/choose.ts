import type { Decision } from './decide.ts'

/** What to do about one of several jobs that share an account. */
export interface Chosen<D extends Decision = Decision> {
  readonly job: string
  readonly decision: D
}

/** What counts first where nothing is to be done. */
const MATTERS = ['needs-person', 'busy', 'too-late', 'not-due', 'done'] as const

/**
 * The one job to do something about: what was interrupted goes on before anything new begins, and of equals the first
 * counts. Where all wait, the one whose reason matters most, and of those the one that comes next.
 */
export function choose(jobs: readonly Chosen[]): Chosen {
  const [chosen] = jobs.toSorted((a, b) => rank(a.decision) - rank(b.decision) || untilOf(a) - untilOf(b))
  if (chosen === undefined) throw new Error('no job to choose from')
  return chosen
}

function rank(decision: Decision): number {
  if (decision.kind === 'resume') return -2
  return decision.kind === 'start' ? -1 : MATTERS.indexOf(decision.because)
}

function untilOf({ decision }: Chosen): number {
  if (decision.kind !== 'wait') return 0
  return decision.until ?? Number.MAX_SAFE_INTEGER
}

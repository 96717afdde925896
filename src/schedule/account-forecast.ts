import type { Range } from './experience.ts'

/** What one job's forecast says of the account, in credits. */
export interface JobForecast {
  readonly use: Range
  /** What nobody will have spent at the reset, if this job were the only one. */
  readonly unused: Range
}

export interface AccountForecast<F extends JobForecast> {
  readonly unused: Range
  /** The job that leaves the least: what keeps it from the rest keeps the account from it. */
  readonly nearest: F
}

/**
 * What jobs that share an account leave of it together: what the one that leaves the least does, less what the others
 * use. Jobs that are after the same records leave more than this says; it raises no alarm that one job could refute.
 * Null where there is no job.
 */
export function accountForecast<F extends JobForecast>(jobs: readonly F[]): AccountForecast<F> | null {
  const [nearest, ...others] = jobs.toSorted((a, b) => a.unused.typical - b.unused.typical)
  if (nearest === undefined) return null
  const used = (by: keyof Range) => others.reduce((sum, { use }) => sum + use[by], 0)
  const { least, typical, most } = nearest.unused
  const unused = {
    least: Math.max(0, least - used('most')),
    typical: Math.max(0, typical - used('typical')),
    most: Math.max(0, most - used('least')),
  }
  return { unused, nearest }
}

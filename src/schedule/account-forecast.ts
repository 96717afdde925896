import type { Range } from './experience.ts'

/** One job's forecast for the account, in credits. */
export interface JobForecast {
  readonly use: Range
  /** What will be unspent at the reset if this job were the only one. */
  readonly unused: Range
}

export interface AccountForecast<F extends JobForecast> {
  readonly unused: Range
  /** The job that leaves the least; its causes explain what the account leaves unused. */
  readonly nearest: F
}

/**
 * What jobs that share an account leave unused together: what the job with the least leaves, less what the others use.
 * Jobs that select the same records leave more than this, so the forecast errs towards raising no alarm. Null without
 * jobs.
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

import { inverse, type Range, rangeBy } from './experience.ts'

export interface JobForecast {
  readonly use: Range
  /** What will be unspent at the reset if this job were the only one. */
  readonly unused: Range
}

/**
 * What jobs that share an account leave unused together: what the job with the least leaves, less what the others use.
 * Jobs that select the same records leave more than this, so the forecast errs towards raising no alarm. `nearest`: the
 * job that leaves the least, whose causes explain what the account leaves. Null without jobs.
 */
export function accountForecast<F extends JobForecast>(
  jobs: readonly F[],
): { readonly unused: Range; readonly nearest: F } | null {
  const [nearest, ...others] = jobs.toSorted((a, b) => a.unused.typical - b.unused.typical)
  if (nearest === undefined) return null
  const used = others.map(({ use }) => inverse(use))
  const left = (alone = 0, ...byOthers: number[]) => Math.max(0, alone - byOthers.reduce((a, b) => a + b, 0))
  return { unused: rangeBy(left, nearest.unused, ...used), nearest }
}

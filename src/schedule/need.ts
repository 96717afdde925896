import { studentQuantile } from './quantiles.ts'

/** What was used on a day of the past, and how much that day still tells: 1 all, 0 nothing. */
export interface Sample {
  readonly used: number
  readonly weight: number
}

/** So many stretches of time to come (days, or parts of one), and what was used in such stretches of the past. */
export interface Stretches {
  readonly count: number
  readonly samples: readonly Sample[]
}

/** Before anything is seen, days differ by this share of their mean, and that counts as so many days. */
const PRIOR_SPREAD = 0.6
const PRIOR_DAYS = 2
/** Credits cannot be less than nothing, and now and then are many: this skewness counts as so many days. */
const PRIOR_SKEW = 1.5
const SKEW_DAYS = 4
/** The level itself drifts by this share of it in the time to come. */
const LEVEL_DRIFT = 0.1

/**
 * What all stretches together will need with that confidence (0.5 to 0.999). Pure. A prediction interval: the sum of
 * what is to be expected, and for the spread of the days, for how few they are, for their skewness (Cornish and Fisher)
 * and for a level that drifts, as much more as the confidence asks for. None known: nothing.
 */
export function needOf(stretches: readonly Stretches[], confidence: number): number {
  let [mean, variance, doubt, third] = [0, 0, 0, 0]
  for (const { count, samples } of stretches) {
    if (count === 0 || samples.length === 0) continue
    const seen = momentsOf(samples)
    const freedom = seen.days - 1 + PRIOR_DAYS
    const each = (seen.variance * seen.days + PRIOR_DAYS * (PRIOR_SPREAD * seen.mean) ** 2) / freedom
    // Of days to come, and of the mean that they are expected to have.
    const ofSum = count * each * (1 + count / seen.days)
    const skew = (seen.days * Math.max(0, seen.skew) + SKEW_DAYS * PRIOR_SKEW) / (seen.days + SKEW_DAYS)
    mean += count * seen.mean
    variance += ofSum
    doubt += ofSum ** 2 / freedom
    third += count * skew * each ** 1.5
  }
  if (variance === 0) return mean
  const quantile = studentQuantile(confidence, Math.max(1.5, variance ** 2 / doubt))
  const all = variance + (LEVEL_DRIFT * mean) ** 2
  const skewed = Math.max(0, ((quantile ** 2 - 1) * third) / (6 * all ** 1.5))
  return mean + (quantile + skewed) * Math.sqrt(all)
}

/** `days`: how many days of full weight they are worth (Kish). */
function momentsOf(samples: readonly Sample[]) {
  const weights = samples.reduce((sum, { weight }) => sum + weight, 0)
  const average = (of: (used: number) => number) =>
    samples.reduce((sum, { used, weight }) => sum + weight * of(used), 0) / weights
  const mean = average((used) => used)
  const variance = average((used) => (used - mean) ** 2)
  // Days that were all the same differ by rounding alone, which has no skewness.
  const skew = variance <= 1e-12 * mean ** 2 ? 0 : average((used) => (used - mean) ** 3) / variance ** 1.5
  return { days: weights ** 2 / samples.reduce((sum, { weight }) => sum + weight ** 2, 0), mean, variance, skew }
}

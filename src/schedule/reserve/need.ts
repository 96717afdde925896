import { studentQuantile } from './quantiles.ts'

/** The use on a past day, and the day's weight (0 to 1). */
export interface Sample {
  readonly used: number
  readonly weight: number
}

/** A number of similar future stretches (days, or parts of days), with samples of past use in such stretches. */
export interface Stretches {
  readonly count: number
  readonly samples: readonly Sample[]
}

/** Prior for the standard deviation, as a share of the mean, and its weight in days. */
const PRIOR_SPREAD = 0.6
const PRIOR_DAYS = 2
/** Prior for the skewness (use is never negative, and occasionally large), and its weight in days. */
const PRIOR_SKEW = 1.5
const SKEW_DAYS = 4
/** Standard deviation of the future level, as a share of the mean. */
const LEVEL_DRIFT = 0.1

/** The upper end of a prediction interval for the sum over all stretches; `confidence`: 0.5 to 0.999. Pure. */
export function needOf(stretches: readonly Stretches[], confidence: number): number {
  let [mean, variance, doubt, third] = [0, 0, 0, 0]
  for (const { count, samples } of stretches) {
    if (count === 0 || samples.length === 0) continue
    const seen = momentsOf(samples)
    const freedom = seen.days - 1 + PRIOR_DAYS
    const each = (seen.variance * seen.days + PRIOR_DAYS * (PRIOR_SPREAD * seen.mean) ** 2) / freedom
    // Variance of the future days plus that of the estimated mean.
    const ofSum = count * each * (1 + count / seen.days)
    const skew = (seen.days * Math.max(0, seen.skew) + SKEW_DAYS * PRIOR_SKEW) / (seen.days + SKEW_DAYS)
    mean += count * seen.mean
    variance += ofSum
    doubt += ofSum ** 2 / freedom
    third += count * skew * each ** 1.5
  }
  if (variance === 0) return mean
  // A margin for the variance of days, their small number, their skewness (Cornish-Fisher) and a drifting level.
  const quantile = studentQuantile(confidence, Math.max(1.5, variance ** 2 / doubt))
  const all = variance + (LEVEL_DRIFT * mean) ** 2
  const skewed = Math.max(0, ((quantile ** 2 - 1) * third) / (6 * all ** 1.5))
  return mean + (quantile + skewed) * Math.sqrt(all)
}

/** `days`: the effective sample size (Kish). */
function momentsOf(samples: readonly Sample[]) {
  const weights = samples.reduce((sum, { weight }) => sum + weight, 0)
  const average = (of: (used: number) => number) =>
    samples.reduce((sum, { used, weight }) => sum + weight * of(used), 0) / weights
  const mean = average((used) => used)
  const variance = average((used) => (used - mean) ** 2)
  // Equal days differ only by rounding, whose skewness is meaningless.
  const skew = variance <= 1e-12 * mean ** 2 ? 0 : average((used) => (used - mean) ** 3) / variance ** 1.5
  return { days: weights ** 2 / samples.reduce((sum, { weight }) => sum + weight ** 2, 0), mean, variance, skew }
}

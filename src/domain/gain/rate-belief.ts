/**
 * What is believed of the rate of change of a record, in changes a day: a Gamma distribution. Its mean is `shape / days`;
 * the larger the shape, the more alike the records are. Changes are taken as a Poisson process (Cho and Garcia-Molina,
 * "Effective page refresh policies for web crawlers", TODS 2003).
 */
export interface RateBelief {
  readonly shape: number
  readonly days: number
}

export const DAYS_A_YEAR = 365.25

/** Where nothing was seen yet: business contact data is said to go wrong at 2 to 5 % a month, very unevenly. */
export const FIRST_BELIEF: RateBelief = { shape: 1, days: DAYS_A_YEAR / 0.4 }

export function meanRate({ shape, days }: RateBelief): number {
  return shape / days
}

/** Rates at which a belief is evaluated, changes a day: from one in 5,000 years to 60 a year, evenly in their logarithm. */
const STEPS = 64
export const LOWEST_RATE = 0.0002 / DAYS_A_YEAR
export const HIGHEST_RATE = 60 / DAYS_A_YEAR
export const RATES: readonly number[] = Array.from({ length: STEPS }, (_, step) => {
  return LOWEST_RATE * (HIGHEST_RATE / LOWEST_RATE) ** (step / (STEPS - 1))
})

/** The belief's probability of each of `RATES`, in their order; together 1. */
export function probabilities({ shape, days }: RateBelief): number[] {
  // The density times the rate, since the rates are evenly spaced in their logarithm.
  const parts = scaled(RATES.map((rate) => shape * Math.log(rate) - days * rate))
  const all = parts.reduce((sum, part) => sum + part, 0)
  return parts.map((part) => part / all)
}

/** Numbers in proportion to what these are the logarithms of; the largest is 1. */
export function scaled(logs: readonly number[]): number[] {
  const most = Math.max(...logs)
  return logs.map((log) => Math.exp(log - most))
}

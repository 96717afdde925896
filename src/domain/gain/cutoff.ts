import type { CostTerms } from '../credits/cost.ts'
import type { GroupBelief } from './estimate.ts'
import { gainOf } from './gain.ts'
import { NO_LOOKS } from './looks.ts'

/** Which records of a group that were never looked at a credit gains at least so much on. */
export interface Cutoff {
  /** Those refreshed at least so long ago, days; null: none that was ever refreshed. */
  readonly ageDays: number | null
  /** Those that were never refreshed. */
  readonly never: boolean
}

const OLDEST_DAYS = 40_000
const EXACT_DAYS = 0.01

/** Where records of a group gain `least`, at a weight: the gain grows with the age, so that age alone decides. */
export function cutoffOf(group: GroupBelief, weight: number, costs: CostTerms['per'], least: number): Cutoff {
  const seen = { ...NO_LOOKS, found: 0, missed: 0 }
  const gains = (ageDays: number | null) => gainOf(group, { ageDays, weight, seen, costs, draw: null })
  const never = gains(null) >= least * (1 - 1e-9)
  if (gains(OLDEST_DAYS) < least) return { ageDays: null, never }
  let [young, old] = [0, OLDEST_DAYS]
  while (old - young > EXACT_DAYS) {
    const age = (young + old) / 2
    if (gains(age) < least) young = age
    else old = age
  }
  return { ageDays: young, never }
}

/** A record of this weight, whatever is believed of it, gains less than `least` while it is younger, days: U(a) < a / 2. */
export function youngestOf(weight: number, least: number): number {
  return weight > 0 ? (2 * least) / weight : Number.POSITIVE_INFINITY
}

import type { CostTerms } from '../credits/cost.ts'
import type { GroupBelief } from './estimate.ts'
import { gainedDays, likelyWrong } from './index-of.ts'
import type { Looks } from './looks.ts'
import { type MatchBelief, matchRate, ownMatches } from './match-belief.ts'
import { ownRate } from './own-rate.ts'
import type { RateBelief } from './rate-belief.ts'

/** Of so many records one is ordered by a rate drawn from what is believed: what looked bad once by chance is tried again. */
export const EXPLORED_ONE_IN = 20

/** A record, as far as its place in the order depends on it. */
export interface Candidate {
  /** Since its last refresh; null: never. */
  readonly ageDays: number | null
  readonly weight: number
  readonly seen: Looks & MatchBelief
  readonly costs: CostTerms['per']
  /** For one record in twenty, from 0 to 1: its rate is drawn from what is believed of it, at this place. */
  readonly draw: number | null
}

/** What a credit gains on a record: weight × P(match) × U(age) ÷ expected cost, in days that it is right. */
export function gainOf(group: GroupBelief, { ageDays, weight, seen, costs, draw }: Candidate): number {
  const belief = ownRate(group, seen)
  const rate = draw === null ? belief.shape / belief.days : drawnRate(belief, draw)
  const match = matchRate(ownMatches(group.matches, seen))
  return (weight * match * gainedDays(rate, ageDays)) / expectedCost(costs, match, likelyWrong(rate, ageDays))
}

/** What a try of a record costs on average, where a full charge is 1. */
export function expectedCost(costs: CostTerms['per'], match: number, wrong: number): number {
  if (costs === 'match') return match
  return costs === 'change' ? match * Math.max(wrong, LEAST_CHARGED) : 1
}

/** A record of which hardly any change is expected costs something all the same: the call, and the time. */
export const LEAST_CHARGED = 0.01

/**
 * The rate below which a share `draw` of the belief lies: the Gamma distribution's quantile by Wilson and Hilferty (1931),
 * with the logistic distribution in the place of the normal one, so that a database can evaluate it.
 */
export function drawnRate({ shape, days }: RateBelief, draw: number): number {
  const deviation = Math.log(draw / (1 - draw)) / 1.702
  const root = 1 - 1 / (9 * shape) + deviation / (3 * Math.sqrt(shape))
  return (shape / days) * Math.max(LEAST_ROOT, root) ** 3
}

export const LEAST_ROOT = 0.1

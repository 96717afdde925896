import type { RateFit } from './fit-rates.ts'
import type { Looks } from './looks.ts'
import type { RateBelief } from './rate-belief.ts'

/** Steps from the group's rate to the record's own. The selection's statement takes as many. */
export const OWN_RATE_STEPS = 2

/**
 * What is believed of a record of a group, narrowed by its own looks. Where it had not changed, its days add up. Where it
 * had, it changed once or more often: at a rate r, r × age / (1 − e^(−r × age)) times on average, or it was noise.
 */
export function ownRate({ rate: group, noise }: RateFit, looks: Looks): RateBelief {
  const days = group.days + looks.unchangedDays + looks.changedDays
  if (looks.changed === 0) return { shape: group.shape, days }
  const age = looks.changedDays / looks.changed
  let { shape } = group
  let rate = group.shape / group.days
  for (let step = 0; step < OWN_RATE_STEPS; step += 1) {
    shape = group.shape + looks.changed * changesIn(rate * age, noise)
    rate = shape / days
  }
  return { shape, days }
}

/** How many changes there were where a look showed one, and `expected` are expected. */
function changesIn(expected: number, noise: number): number {
  if (expected < 1e-6) return noise === 0 ? 1 : 0
  return expected / (noise + (1 - noise) * -Math.expm1(-expected))
}

import type { Judgement, Verdict } from './judgement.ts'
import type { Situation } from './situation.ts'

/** Up to this share of what can be spent, what is left is not worth a look; above the other, most effort is lost. */
const AMBER = 0.01
export const RED = 0.25

/** What a judgement is made of; without a verdict, the credits at stake decide it. */
export type Finding = Pick<Judgement, 'cause' | 'atStake'> & Partial<Judgement> & { readonly verdict?: Verdict }

export function isWorthALook(atStake: number, spendable: number | null): boolean {
  return atStake > 0 && atStake > (spendable ?? 0) * AMBER
}

/** What expires of what is left. */
export function lossOf(left: number | null, { rollover }: Situation): number | null {
  return left === null ? null : left * (1 - rollover)
}

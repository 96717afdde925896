import type { ItemState } from '../call/item.ts'
import type { Credits } from '../credits/credits.ts'

/** Settled calls of a run that cost the same, on records that ended alike. */
export interface CostGroup {
  readonly calls: number
  /** Of each. */
  readonly cost: Credits
  /** Their answers were lost: what they cost was settled later, by the balance or by hand. */
  readonly lost: boolean
  /** Of each of the calls. */
  readonly records: Readonly<Partial<Record<ItemState, number>>>
}

/** Items that ended alike, for the same reason. */
export interface ReasonCount {
  readonly state: ItemState
  readonly reason: string | null
  readonly records: number
  /** Keys of some of them. */
  readonly examples: readonly string[]
  /** How many reasons there are for that end. */
  readonly reasons: number
}

import type { Credits } from '../credits/credits.ts'
import type { InFlight } from './balance-belief.ts'

/** A reported balance, and the costs that it may include. */
export interface Told {
  readonly balance: Credits
  /** The call or balance request that returned it. */
  readonly inFlight: InFlight
  /** What that call cost; null: it was a balance request. */
  readonly cost: Credits | null
  /** No better balance is available: it is from the endpoint, or there is no endpoint. */
  readonly last: boolean
  /** Costs that it may or may not include. */
  readonly unsure: Credits
  /** The most that unknown calls can have cost. */
  readonly unknown: Credits
  /** The part of it that stays unknown, since other runs will send their calls again. */
  readonly kept: Credits
  /** The balance by the books of earlier processes, less every known cost since; null: they know none for certain. */
  readonly lastKnown: Credits | null
}

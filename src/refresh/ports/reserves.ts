import type { Credits } from '../../domain/credits/credits.ts'
import type { LargestReserve, Reserve, Reserved } from '../../domain/credits/reserve.ts'
import type { BillingCycle } from '../../domain/cycle/billing-cycle.ts'

/** What is known when a run begins or is resumed. Instants are epoch milliseconds. */
interface AtBeginning {
  readonly job: string
  readonly at: number
  readonly cycle: BillingCycle
  /** Null: not known yet. */
  readonly balance: Credits | null
}

/** What a run has to leave for others, in credits; null: the config no longer knows for whom. */
export type WorkOutReserve = (terms: Reserve | LargestReserve, known: AtBeginning) => Promise<Reserved | null>

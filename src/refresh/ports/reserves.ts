import type { BillingCycle } from '../../domain/billing-cycle.ts'
import type { Credits } from '../../domain/credits.ts'
import type { Reserve, Reserved } from '../../domain/reserve.ts'

/** The inputs of a reserve, when a run begins or is resumed. Instants are epoch milliseconds. */
export interface AtBeginning {
  readonly job: string
  readonly at: number
  readonly cycle: BillingCycle
  /** Null: not known yet. */
  readonly balance: Credits | null
}

/** Calculates a run's reserve in credits; null: the config no longer has the job. */
export type WorkOutReserve = (terms: Reserve, known: AtBeginning) => Promise<Reserved | null>

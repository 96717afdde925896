import type { CostTerms } from '../../domain/credits/cost.ts'
import type { Condition, OrderBy } from '../../domain/values/where.ts'
import type { Lease } from './lease.ts'

/** Which records a run refreshes, parsed and checked against the table. */
export interface Selection {
  readonly condition: Condition
  /** Empty: the default, stalest first. */
  readonly orderBy: readonly OrderBy[]
  /** Only the keys that were passed to `createRun`. */
  readonly byKey: boolean
  /** Records with equal, non-NULL values in all these columns share one request. Empty: none do. */
  readonly dedupeBy: readonly string[]
  /** By what a credit gains, as far as spenddown has seen how records change; missing: by `orderBy`. */
  readonly gain?: GainOrder
}

export interface GainOrder {
  /** Columns of which records that agree in all change alike. */
  readonly groups: readonly string[]
  /** A numeric column, or the first of these that holds, otherwise 1; null: each counts 1. */
  readonly weight: { readonly column: string } | { readonly cases: readonly WeightCase[] } | null
  readonly costs: CostTerms['per']
}

export interface WeightCase {
  readonly where: Condition
  readonly is: number
}

/** The run's selection so far: records, and duplicates in addition to them. */
export interface Selected {
  readonly selected: number
  readonly duplicates: number
  /** No eligible record is left. */
  readonly all: boolean
  readonly coolingDown: number
  /** There are too few looks at records yet for the order by gain that was asked for: these are the stalest. */
  readonly stalestInstead?: boolean
}

export interface SelectRequest {
  readonly runNo: number
  readonly vendor: string
  readonly selection: Selection
  readonly lease: Lease
  /** How many items the run has, as far as this process knows. If it has more, this selection has been made already. */
  readonly already: number
  /** The most items to select, and the most duplicates in addition; null: all. */
  readonly limit: number
  readonly duplicateLimit: number | null
  /** Records paid for after this instant (epoch ms) are skipped as cooling down; null: none are. */
  readonly restIfPaidAfter: number | null
  /** Records that were refreshed after this instant (epoch ms) are not eligible; null: they are. */
  readonly youngAfter: number | null
  readonly now: number
}

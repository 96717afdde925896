import type { Condition, OrderBy } from '../../domain/where.ts'
import type { Lease } from './lease.ts'

/** Which records a run is for, parsed and checked against the table. */
export interface Selection {
  readonly condition: Condition
  /** Empty: the default, stalest first. */
  readonly orderBy: readonly OrderBy[]
  /** Only the keys that were handed to `createRun`. */
  readonly byKey: boolean
  /** Columns: records that have the same values in all of them, and no NULL, share one request. Empty: none do. */
  readonly dedupeBy: readonly string[]
}

/** How the run's selection stands: the records selected so far, and the twins beside them. */
export interface Selected {
  readonly selected: number
  readonly twins: number
  /** No eligible record is left. */
  readonly all: boolean
  readonly coolingDown: number
}

export interface SelectRequest {
  readonly runNo: number
  readonly vendor: string
  readonly selection: Selection
  readonly lease: Lease
  /** How many items the run has, as far as this process knows: where it has more, this selection was made before. */
  readonly already: number
  /** How many items at most, and how many twins beside them; null: all that there are. */
  readonly limit: number
  readonly twinLimit: number | null
  /** Records that were paid for after this instant (epoch ms) rest as well; null: they do not. */
  readonly restIfPaidAfter: number | null
  /** Records that were refreshed after this instant (epoch ms) are not eligible; null: they are. */
  readonly youngAfter: number | null
  readonly now: number
}

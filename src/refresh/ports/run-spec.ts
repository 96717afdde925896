import type { Credits } from '../../domain/credits/credits.ts'
import type { AutoReserve, LargestReserve, ShareReserve } from '../../domain/credits/reserve.ts'
import type { RecordKey } from '../../domain/values/record.ts'
import type { Selection } from './selection.ts'

/** What a run is to do, frozen when it begins. */
export interface RunSpec {
  readonly selection: Selection
  /** The most records to select; null: as many as its credits pay for. */
  readonly limit: number | null
  readonly budget: Credits | 'remaining'
  /** As of the run's beginning; the run's own `reserve` is the current one, which is never higher. */
  readonly reserve: Credits
  /** What it is worked out from; missing where it is a number from the start. */
  readonly reserveTerms?: ShareReserve | AutoReserve | LargestReserve
  /** How long before the reset the run stops at the latest, ms; missing in runs from before it was kept. */
  readonly stopBeforeResetMs?: number
  /** The reset that ends the run's billing cycle, epoch ms; missing in runs from before it was stored. */
  readonly resetAt?: number
  /** Added at the end of a run that ended for want of credits: when they come back, as the vendor said, epoch ms. */
  readonly backAt?: number
  /** `steady`: spread over the time until the run must stop; missing: as fast as the vendor allows. */
  readonly pace?: 'steady'
  /** When the schedule had it due, epoch ms; missing if it was started by hand. */
  readonly slot?: number
  /** What open calls of other runs had cost when it began; missing: there were none, or no balance told. */
  readonly kept?: KeptElsewhere
}

/** What the open calls of runs that can be resumed have cost. */
export interface KeptElsewhere {
  readonly cost: Credits
  /** The runs, and how far they were. */
  readonly runs: string
}

/** Called right after the lease is acquired: returns why the run should not begin after all, or null. */
export type MayBegin = () => Promise<string | null>

export type RunRequest =
  | {
      readonly kind: 'new'
      readonly job: string
      readonly spec: RunSpec
      /** Hash of the flags given with the job: an interrupted run is resumed only if its hash is the same. */
      readonly specHash: string
      readonly keys: readonly RecordKey[] | null
      /** Start a new run even if one of the job was interrupted. */
      readonly fresh: boolean
      readonly mayBegin?: MayBegin
    }
  | { readonly kind: 'resume'; readonly runId: string | null; readonly mayBegin?: MayBegin }

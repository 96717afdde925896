import type { Credits } from '../../domain/credits.ts'
import type { RecordKey } from '../../domain/record.ts'
import type { AutoReserve, LargestReserve, ShareReserve } from '../../domain/reserve.ts'
import type { Selection } from './selection.ts'

/** What a run is for, frozen when it begins. */
export interface RunSpec {
  readonly selection: Selection
  readonly limit: number | null
  readonly budget: Credits | 'remaining'
  /** In credits, from when the run begins; the run itself has it as it is now, which is never more. */
  readonly reserve: Credits
  /** What it is worked out from; missing where it is a number from the start. */
  readonly reserveTerms?: ShareReserve | AutoReserve | LargestReserve
  /** How long before the reset the run stops at the latest, ms; missing in runs from before it was kept. */
  readonly stopBeforeResetMs?: number
  /** The reset that ends the run's billing cycle, epoch ms: set when it begins, and missing likewise. */
  readonly resetAt?: number
  /** Spread over the time until it must stop; missing: as fast as the vendor bears. */
  readonly pace?: 'steady'
  /** When the schedule had it due, epoch ms; missing where a person started it. */
  readonly slot?: number
}

/** Asked once the account is ours, before anything else: why the run is not wanted any more, or null. */
export type MayBegin = () => Promise<string | null>

export type RunRequest =
  | {
      readonly kind: 'new'
      readonly job: string
      readonly spec: RunSpec
      /** Tells whether an interrupted run of the job is the one that is asked for: what the caller added to the job. */
      readonly specHash: string
      readonly keys: readonly RecordKey[] | null
      /** Start a new run even where one of the job was interrupted. */
      readonly fresh: boolean
      readonly mayBegin?: MayBegin
    }
  | { readonly kind: 'resume'; readonly runId: string | null; readonly mayBegin?: MayBegin }

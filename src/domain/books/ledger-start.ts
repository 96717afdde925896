import type { Credits } from '../credits/credits.ts'
import type { Watch } from './told.ts'

/** A run's credits according to the database, when a process starts on it. */
export interface LedgerStart {
  /** What the run may spend in total; null until the first balance (budget `remaining`, and no balance known yet). */
  readonly budget: Credits | null
  readonly reserve: Credits
  readonly spent: Credits
  /** Reservations of this run's open calls that will be sent again (with their idempotency key). */
  readonly open: Credits
  /** Reservations of unknown calls of this run, and of other runs on the same account. */
  readonly unknown: Credits
  readonly unknownElsewhere: Credits
  /** The account's balance according to our books; null: none reported, or not yet. */
  readonly expected: Credits | null
  /**
   * The last balance from replies to earlier processes, less what was spent since. It is too old to work with, but no call
   * may be sent that would break the reserve according to it. Null: none was reported.
   */
  readonly lastTold?: Credits | null
  /** The part of `lastTold` that may be too low: what was deducted from it and no later balance has confirmed. */
  readonly lastDoubted?: Credits
  /** The balance that the last reply to an earlier process reported, in this billing cycle; null: none did. */
  readonly lastReported?: Credits | null
  /** The budget is `remaining`: it grows by what other runs' calls turn out not to have cost. */
  readonly grows?: boolean
  /**
   * The part of `unknownElsewhere` that no balance settles: it belongs to resumable runs, which will send their calls again
   * under their idempotency keys, or poll them.
   */
  readonly staysElsewhere?: Credits
  /** What those calls have cost by a balance taken before this run's first call; null: it is not known. */
  readonly keptCost?: Credits | null
  /** The vendor has certainly processed those calls, so that this run's first balance tells what they have cost. */
  readonly keptProcessed?: boolean
  /** Where the vendor reports its balance. */
  readonly watched: Watch
  /** Drift found by earlier processes of the run. */
  readonly drift?: Credits
  /** What they took off `expected` by a balance that no later one has confirmed: unknown calls may have cost it. */
  readonly doubted?: Credits
}

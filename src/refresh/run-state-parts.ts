import type { Deadline } from '../domain/deadline.ts'
import type { Ledger } from '../domain/ledger.ts'
import type { Run } from '../domain/run.ts'
import type { OpeningBalance } from './balance/opening-balance.ts'
import type { LeaseKeeper } from './lease/lease-keeper.ts'
import type { FinishedCall, OpenedCall } from './ports/calls.ts'
import type { Selection } from './ports/selection.ts'
import type { RunParts } from './run-parts.ts'
import type { WorkList } from './select/work-list.ts'

/** What a run's process works with, whatever the run. */
type Tools = Pick<
  RunParts,
  | 'store'
  | 'vendor'
  | 'rules'
  | 'map'
  | 'preconditionOf'
  | 'pace'
  | 'journal'
  | 'clock'
  | 'random'
  | 'log'
  | 'emit'
  | 'probe'
  | 'coolDown'
  | 'hide'
  | 'keep'
  | 'unavailableForMs'
  | 'drainMs'
>

/** What one process works on a run with, and what it begins with. */
export interface RunStateParts extends Tools {
  readonly run: Run
  readonly selection: Selection
  /** The most records that the run may select; null: as many as its credits reach. */
  readonly limit: number | null
  readonly ledger: Ledger
  readonly work: WorkList
  /** Calls of the process before, to be sent again under their idempotency keys. */
  readonly resend: readonly OpenedCall[]
  /** The same of those that a process died with. */
  readonly suspects: readonly OpenedCall[]
  /** What the process before left to be committed first: lost calls, and replies from its journal. */
  readonly left: readonly FinishedCall[]
  /** When the vendor has certainly dealt with every call that is unknown, monotonic ms. */
  readonly resolvableAt: number
  /** The same of those of other runs. */
  readonly elsewhereResolvableAt: number
  readonly deadline: Deadline
  /** Spread over the time until the deadline. */
  readonly steady: boolean
  readonly opening: OpeningBalance
  readonly lease: LeaseKeeper
}

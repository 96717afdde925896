import type { Clock } from '../domain/clock.ts'
import type { Deadline } from '../domain/deadline.ts'
import type { Ledger } from '../domain/ledger.ts'
import type { Run } from '../domain/run.ts'
import type { OpeningBalance } from './balance/opening-balance.ts'
import type { KeepReply } from './commit/keep-reply.ts'
import type { Emit, RunProbe } from './events.ts'
import type { LeaseKeeper } from './lease/lease-keeper.ts'
import type { FinishedCall, OpenedCall } from './ports/calls.ts'
import type { Journal } from './ports/journal.ts'
import type { Log } from './ports/log.ts'
import type { Pace } from './ports/pace.ts'
import type { Selection } from './ports/selection.ts'
import type { RunStore } from './ports/store.ts'
import type { MapData, PreconditionOf, VendorClient, VendorRules } from './ports/vendor.ts'
import type { WorkList } from './select/work-list.ts'
import type { CoolDown } from './settle/settlement.ts'

/** What one process works on a run with, and what it begins with. */
export interface RunStateParts {
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
  readonly store: RunStore
  readonly vendor: VendorClient
  readonly rules: VendorRules
  readonly map: MapData
  readonly preconditionOf?: PreconditionOf | undefined
  readonly pace: Pace
  readonly lease: LeaseKeeper
  readonly journal: Journal
  readonly clock: Clock
  readonly random: () => number
  readonly log: Log
  readonly emit: Emit
  readonly probe?: RunProbe | undefined
  readonly coolDown: CoolDown
  readonly hide: (text: string) => string
  readonly keep: KeepReply | null
  readonly unavailableForMs: number
  /** How long a stop waits for calls on the wire, ms. */
  readonly drainMs: number
}

import type { CostTerms } from '../../domain/credits/cost.ts'
import type { Credits } from '../../domain/credits/credits.ts'
import type { Changes } from '../../domain/run/changes.ts'
import type { AllowedPace, KeptPace } from '../../domain/run/kept-pace.ts'
import type { ControlRequest, Ending, Run } from '../../domain/run/run.ts'
import type { RunSnapshot } from '../../domain/run/run-snapshot.ts'
import type { RecordKey } from '../../domain/values/record.ts'
import type {
  FinishedCall,
  FinishedItem,
  Interrupted,
  OpenedCall,
  OpenedCost,
  OrphanedCall,
  PlannedCall,
  VendorJob,
} from './calls.ts'
import type { Lease, LeaseStore } from './lease.ts'
import type { CallCount } from './pace.ts'
import type { Selected, SelectRequest } from './selection.ts'

/** The account, according to our books. */
export interface AccountState {
  /** The last reported balance less every known cost since; null: never reported. */
  readonly expected: Credits | null
  /** The part that a balance took off it which no later one has confirmed. */
  readonly doubted: Credits
  readonly reported: Credits | null
  readonly reportedAt: number | null
  /** Reservations of all runs' calls that are unknown, or were left open by a process that died. */
  readonly held: Credits
  /** The part of `held` that belongs to ended runs, which no resume will settle. */
  readonly heldByEnded: Credits
  /** The pace stored by the last process; null: none. */
  readonly pace: KeptPace | null
  /** Fingerprints of the configs for which the vendor has had data. */
  readonly foundWith: readonly string[]
}

export type NewRun = Pick<Run, 'id' | 'job' | 'vendor' | 'spec' | 'specHash' | 'budget' | 'reserve' | 'createdAt'>

/** The parts of a run's snapshot that the database does not know itself. */
export interface SnapshotRequest extends Pick<RunSnapshot, 'at' | 'activeMs' | 'latencies'> {
  readonly pace: AllowedPace
}

export interface CheckpointInput {
  readonly runNo: number
  readonly lease: Lease
  /** The number of the previous checkpoint, and the last call and highest item opened by then. */
  readonly after: number
  readonly lastCall: number
  readonly cursor: number
  readonly now: number
  readonly leaseExpiresAt: number
  readonly finished: readonly FinishedCall[]
  readonly open: OpenRequest
  /** Counted since the previous checkpoint. */
  readonly calls: Run['calls']
  /** `expected`: by a balance that this process has heard; calls that it does not cover are refused. */
  readonly account: Pick<AccountState, 'expected' | 'doubted' | 'reported' | 'reportedAt' | 'foundWith'> & {
    /** The same, or what is left of the last balance that an earlier process heard. */
    readonly lastKnown: Credits | null
  }
  /** The current pace, and what was learned of the vendor. */
  readonly pace: KeptPace
  /** The run's budget; before a first balance has set it: what is spent and held, plus one call. */
  readonly budget: Credits
  /** See Run.drift. */
  readonly drift: Credits
  readonly canaryDone: boolean
  /** What a person should look at, all of it until now. */
  readonly warnings: readonly string[]
  readonly activeMs: number
  /** The snapshot to store; null: none is due. */
  readonly snapshot: SnapshotRequest | null
  /** End of the cool-down of records whose values the database rejects, epoch milliseconds. */
  readonly coolDownIfRejected: number
  /** See RunParts. */
  readonly countedColumns: readonly string[] | null
}

export interface OpenRequest {
  /** See Selection.dedupeBy. */
  readonly dedupeBy: readonly string[]
  readonly cost: CostTerms
  /** Whether to return when the calls' items were last paid for. */
  readonly recallPaid: boolean
  readonly calls: readonly PlannedCall[]
  /** The columns that requests read, to be stored with the calls; null: all. Undefined: not needed, as no call is sent twice. */
  readonly madeOf?: readonly string[] | null
}

export interface CheckpointResult {
  /** The state of each finished item after the commit. */
  readonly items: readonly CommittedItem[]
  readonly opened: readonly OpenedCall[]
  /** Calls that were opened but cannot be sent, since one of their records is gone. Rare. */
  readonly orphaned: readonly OrphanedCall[]
  /** Items that ended without a call: superseded, or their record is gone. */
  readonly skipped: readonly CommittedItem[]
  /** The run's totals; absolute, so that a repeated commit returns the same. */
  readonly sums: RunSums
}

/** A run's totals after a checkpoint. */
export interface RunSums
  extends Pick<Run, 'cursor' | 'lastCall' | 'spent' | 'saved' | 'held' | 'unknown' | 'items' | 'calls'> {
  /** The changes that the run has made so far. */
  readonly changes: Changes
}

/** An item, or one of its duplicates. */
export interface CommittedItem extends Pick<FinishedItem, 'seq' | 'key' | 'end' | 'reason'> {
  readonly duplicate: boolean
}

/** Unknown calls, settled by a balance. */
export interface Settled {
  /** The cost of the run's own calls. */
  readonly here: Credits
  /** The most that calls of other runs can have cost. */
  readonly elsewhere: Credits
  /** Calls of other resumable runs are not settled. */
  readonly keepsResumable: boolean
  readonly balance: Credits
  /** What the books expect after it: more, if calls of runs that can be resumed may be in it. */
  readonly expected: Credits
  /** The run's budget, which may have grown by what other runs turned out not to have spent. */
  readonly budget: Credits
  readonly drift: Credits
}

/** Deletes items of the account's runs that ended before `endedBefore` and hold no credits. */
export interface PruneRequest {
  readonly vendor: string
  /** Epoch milliseconds. */
  readonly endedBefore: number
  readonly now: number
  /** The most rows of each kind to delete. */
  readonly rows: number
}

export interface Pruned {
  readonly rows: number
  /** There may be more to delete. */
  readonly more: boolean
}

/** spenddown's tables and the user's table, as a run needs them. Every write checks the lease's fencing token. */
export interface RunStore extends LeaseStore {
  account(vendor: string): Promise<AccountState>
  /** The books that a process begins with; a reported balance is stored with what all runs had spent. `resetAt`: of its cycle. */
  setExpected(
    lease: Lease,
    books: Pick<AccountState, 'expected' | 'doubted'> & { readonly runNo: number; readonly drift: Credits },
    reported: Credits | null,
    reportedAt: number | null,
    resetAt: number,
  ): Promise<void>
  /** Cost of all calls, of all runs, that were settled since the instant. */
  spentSince(vendor: string, sinceMs: number): Promise<Credits>
  /** Cost of all calls, of all runs, that were opened since the instant; grouped by the second of opening. */
  chargesSince(vendor: string, sinceMs: number): Promise<readonly OpenedCost[]>
  /** Calls of all runs sent since the instant, oldest first; open ones count as sent at `now`. */
  callsSince(vendor: string, sinceMs: number, now: number): Promise<readonly CallCount[]>

  createRun(run: NewRun, keys: readonly RecordKey[] | null, lease: Lease): Promise<Run>
  findRun(id: string): Promise<Run | null>
  /** The latest run of the vendor, or of one of its jobs, that is running or stopped. */
  latestInterrupted(vendor: string, job: string | null): Promise<Run | null>
  /** The account's runs that hold credits, or are not known to have ended. */
  unsettledRuns(vendor: string): Promise<Run[]>
  /** Settles all open and unknown calls of a run whose billing cycle has ended, at their full reservations. */
  expireCalls(lease: Lease, runNo: number): Promise<void>
  /** Marks the run as running again, with the budget and reserve of `run`. */
  reopenRun(run: Run, lease: Lease): Promise<Run>
  /** The run's control request; null: none. */
  controlRequest(runNo: number): Promise<ControlRequest | null>
  /** With a last snapshot of it. */
  endRun(run: Run, ending: Ending, snapshot: SnapshotRequest, lease: Lease): Promise<Run>

  /** Selects the run's next items, in its order, in one statement. */
  select(request: SelectRequest): Promise<Selected>
  /**
   * What an interrupted run has open. `recallPaid`: whether to return when items were last paid for. `named`: jobs, by call
   * number, that may be missing in the database.
   */
  interrupted(
    run: Pick<Run, 'no' | 'vendor' | 'cursor'>,
    recallPaid: boolean,
    named: readonly (readonly [n: number, job: VendorJob])[],
  ): Promise<Interrupted>
  checkpoint(input: CheckpointInput): Promise<CheckpointResult>
  /** Records that open calls of an earlier process are about to be sent again, under this lease. */
  markSent(lease: Lease, runNo: number, calls: readonly number[]): Promise<void>
  /** Settles the account's unknown calls, and open or submitted ones that other runs left. */
  settleUnknown(lease: Lease, runNo: number, settled: Settled, now: number): Promise<void>
  /** Deletes up to `pages` pages of expired replies, of any run; resolves to the number deleted. */
  pruneReplies(now: number, pages: number): Promise<number>
  /** Deletes a batch of items, calls and kept replies of the oldest run that qualifies. */
  pruneRuns(request: PruneRequest): Promise<Pruned>
  close(): Promise<void>
}

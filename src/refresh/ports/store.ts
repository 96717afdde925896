import type { Changes } from '../../domain/changes.ts'
import type { CostTerms } from '../../domain/cost.ts'
import type { Credits } from '../../domain/credits.ts'
import type { ItemEndState } from '../../domain/item.ts'
import type { KeptPace } from '../../domain/kept-pace.ts'
import type { LatencyCounts } from '../../domain/latency-counts.ts'
import type { RecordKey } from '../../domain/record.ts'
import type { Ending, Run, Wish } from '../../domain/run.ts'
import type { SnapshotPace } from '../../domain/run-snapshot.ts'
import type {
  FinishedCall,
  Interrupted,
  OpenedCall,
  OpenedCost,
  OrphanedCall,
  PlannedCall,
  VendorJob,
} from './calls.ts'
import type { Lease, LeaseHolder, LeaseState } from './lease.ts'
import type { CallCount } from './pace.ts'
import type { Selected, SelectRequest } from './selection.ts'

/** The account, as the books have it. */
export interface AccountState {
  /** Balance less every cost we know of; null: never reported. */
  readonly expected: Credits | null
  readonly reported: Credits | null
  readonly reportedAt: number | null
  /** Reservations that calls of all runs hold: unknown, or left open by a process that died. */
  readonly held: Credits
  /** The part of it that is of runs which have ended, so that no resume will ever settle it. */
  readonly heldByEnded: Credits
  /** What the last process kept of the vendor's pace; null: nothing. */
  readonly pace: KeptPace | null
  /** Fingerprints of the configs for which the vendor has had data. */
  readonly foundWith: readonly string[]
}

export interface NewRun {
  readonly id: string
  readonly job: string
  readonly vendor: string
  readonly spec: string
  readonly specHash: string
  readonly budget: Credits
  readonly reserve: Credits
  readonly createdAt: number
}

/** What the database does not know itself of how the run stands, where a snapshot of it is to be kept. */
export interface SnapshotRequest {
  readonly at: number
  readonly activeMs: number
  readonly pace: SnapshotPace
  /** Of the calls since the last one. */
  readonly latencies: LatencyCounts
}

export interface CheckpointInput {
  readonly runNo: number
  readonly lease: Lease
  /** The number of the checkpoint before this one, and the last call and the highest item opened by then. */
  readonly after: number
  readonly lastCall: number
  readonly cursor: number
  readonly now: number
  readonly leaseExpiresAt: number
  readonly finished: readonly FinishedCall[]
  readonly open: OpenRequest
  /** Counted since the checkpoint before. */
  readonly calls: Run['calls']
  readonly account: {
    readonly expected: Credits | null
    readonly reported: Credits | null
    readonly reportedAt: number | null
  }
  /** The pace now, and what was learned of the vendor. */
  readonly pace: KeptPace
  /** The run's budget; before a first balance has set it, what is spent and held and one call more. */
  readonly budget: Credits
  /** What the run's balances have shown that its books do not explain. */
  readonly drift: Credits
  readonly canaryDone: boolean
  /** What a person should look at, all of it until now. */
  readonly warnings: readonly string[]
  readonly activeMs: number
  /** How the run stands before this checkpoint; null: that need not be kept. */
  readonly snapshot: SnapshotRequest | null
  /** When to leave a record alone until whose values the database refuses, epoch milliseconds. */
  readonly coolDownIfRejected: number
}

export interface OpenRequest {
  /** As the run's selection says. */
  readonly dedupeBy: readonly string[]
  readonly cost: CostTerms
  /** Whether the calls' items are to say when they were last paid for. */
  readonly recallPaid: boolean
  readonly calls: readonly PlannedCall[]
  /** The columns that requests are made of, to be kept with the calls; null: all. Undefined: none goes out twice. */
  readonly madeOf?: readonly string[] | null
}

export interface CheckpointResult {
  /** How each finished item stands now that it is committed. */
  readonly items: readonly CommittedItem[]
  readonly opened: readonly OpenedCall[]
  /** Calls that it opened and that cannot be sent: a record of theirs has gone since. Rarely any. */
  readonly orphaned: readonly OrphanedCall[]
  /** Items that needed no call: superseded, or their record is gone. */
  readonly skipped: readonly CommittedItem[]
  /** The run's sums, all of them absolute: an answer that was lost and is given again says the same. */
  readonly sums: RunSums
}

/** A run's sums as a checkpoint leaves them. */
export interface RunSums
  extends Pick<Run, 'cursor' | 'lastCall' | 'spent' | 'saved' | 'held' | 'unknown' | 'items' | 'calls'> {
  /** What the run has changed until now. */
  readonly changes: Changes
}

/** An item, or a twin of it. */
export interface CommittedItem {
  readonly seq: number
  readonly key: RecordKey
  readonly end: ItemEndState | null
  readonly reason: string | null
  readonly twin: boolean
}

/** What a balance has shown of unknown calls. */
export interface Settled {
  /** What the run's own calls cost. */
  readonly here: Credits
  /** The most that those of other runs can have cost. */
  readonly elsewhere: Credits
  /** Other runs that can be resumed keep theirs. */
  readonly keepsResumable: boolean
  readonly balance: Credits
  /** The run's budget: what other runs turned out not to have spent may have added to it. */
  readonly budget: Credits
  readonly drift: Credits
}

/** Which runs' items may go: those of the account that have ended by then, and hold no credits. */
export interface PruneRequest {
  readonly vendor: string
  /** Epoch milliseconds. */
  readonly endedBefore: number
  readonly now: number
  /** So many of each kind at most. */
  readonly rows: number
}

export interface Pruned {
  readonly rows: number
  /** There may be more that can go. */
  readonly more: boolean
}

/** spenddown's tables and the user's table, as a run needs them. Every write checks the lease's fencing token. */
export interface RunStore {
  readLease(vendor: string): Promise<LeaseState | null>
  /** Takes the lease if it still stands as `seen`; null when someone was faster. */
  takeLease(
    vendor: string,
    me: LeaseHolder,
    seen: LeaseState | null,
    at: { readonly now: number; readonly expiresAt: number },
  ): Promise<Lease | null>
  renewLease(lease: Lease, expiresAt: number): Promise<void>
  releaseLease(lease: Lease): Promise<void>

  account(vendor: string): Promise<AccountState>
  /** Where a balance was reported, it is remembered with what all runs had spent by then. `resetAt`: of its cycle. */
  setExpected(
    lease: Lease,
    expected: Credits | null,
    reported: Credits | null,
    reportedAt: number | null,
    resetAt: number,
  ): Promise<void>
  /** What all runs have settled since the instant. */
  spentSince(vendor: string, sinceMs: number): Promise<Credits>
  /** What calls of all runs that were opened since the instant have cost, by the second in which they were opened. */
  chargesSince(vendor: string, sinceMs: number): Promise<readonly OpenedCost[]>
  /** The calls that all runs have sent since the instant, oldest first; those that stand open may have left just now. */
  callsSince(vendor: string, sinceMs: number, now: number): Promise<readonly CallCount[]>

  /** The vendor has had data for the config of this fingerprint. */
  noteFound(lease: Lease, config: string): Promise<void>

  createRun(run: NewRun, keys: readonly RecordKey[] | null, lease: Lease): Promise<Run>
  findRun(id: string): Promise<Run | null>
  runs(limit: number): Promise<Run[]>
  /** The latest run of the vendor's, or of one of its jobs, that is running or stopped. */
  latestInterrupted(vendor: string, job: string | null): Promise<Run | null>
  /** The account's runs that hold credits, or are not known to have ended. */
  unsettledRuns(vendor: string): Promise<Run[]>
  /** Settles all open and unknown calls of a run whose billing cycle is over, at all that they can have cost. */
  expireCalls(lease: Lease, runNo: number): Promise<void>
  /** With the budget and the reserve that the run is handed with. */
  reopenRun(run: Run, lease: Lease): Promise<Run>
  /** What a person wants of the run; null: nothing. */
  wish(runNo: number): Promise<Wish | null>
  /** Records that the run missed, or that failed in it, need not wait: the next run may select them again. */
  liftCoolDowns(lease: Lease, runNo: number): Promise<void>
  /** With a last snapshot of it. */
  endRun(run: Run, ending: Ending, snapshot: SnapshotRequest, lease: Lease): Promise<Run>

  /** Freezes the next items of the run, in its order, in one statement. */
  select(request: SelectRequest): Promise<Selected>
  /**
   * `recallPaid`: whether the calls' items are to say when they were last paid for. `named`: jobs that the database may
   * not know of, by the call's number.
   */
  interrupted(
    run: Pick<Run, 'no' | 'vendor' | 'cursor'>,
    recallPaid: boolean,
    named: readonly (readonly [n: number, job: VendorJob])[],
  ): Promise<Interrupted>
  checkpoint(input: CheckpointInput): Promise<CheckpointResult>
  /** Open calls of a process before are about to go out again: they are in flight under this lease from then on. */
  markSent(lease: Lease, runNo: number, calls: readonly number[]): Promise<void>
  /** Settles the unknown calls of the account, and those that other runs left with the vendor or unsent. */
  settleUnknown(lease: Lease, runNo: number, settled: Settled, now: number): Promise<void>
  /** Deletes kept replies, of any run, that may go by now, so many pages at most; answers how many went. */
  pruneReplies(now: number, pages: number): Promise<number>
  /** Deletes items, calls and kept replies of the oldest run that they may go of, a batch at a time. */
  pruneRuns(request: PruneRequest): Promise<Pruned>
  close(): Promise<void>
}

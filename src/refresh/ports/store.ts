import type { CostTerms } from '../../domain/cost.ts'
import type { Credits } from '../../domain/credits.ts'
import type { ItemEndState, OpenItem, Twin } from '../../domain/item.ts'
import type { KeptPace } from '../../domain/kept-pace.ts'
import type { ColumnValues, RecordKey, RecordRow } from '../../domain/record.ts'
import type { Ending, Run } from '../../domain/run.ts'
import type { Condition, OrderBy } from '../../domain/where.ts'
import type { KeptReply } from './kept-reply.ts'
import type { CallCount } from './pace.ts'
import type { VendorRequest } from './vendor.ts'

/** The right to be the one process that spends from a vendor account. Instants are epoch milliseconds. */
export interface Lease {
  readonly vendor: string
  /** Fencing token: every transaction of ours checks it. */
  readonly token: number
  readonly expiresAt: number
}

export interface LeaseHolder {
  readonly holder: string
  /** Names the machine and its process-id space, so that a process id means something. */
  readonly machine: string
  readonly pid: number
  /** When the process began, in the operating system's own words; tells a reused process id apart. */
  readonly processStartedAt: string
}

export interface LeaseState extends LeaseHolder {
  readonly expiresAt: number
  readonly token: number
}

/** The account, as the books have it. */
export interface AccountState {
  /** Balance less every cost we know of; null: never reported. */
  readonly expected: Credits | null
  readonly reported: Credits | null
  readonly reportedAt: number | null
  /** Reservations that calls of all runs hold: unknown, or left open by a process that died. */
  readonly held: Credits
  /** What the last process kept of the vendor's pace; null: nothing. */
  readonly pace: KeptPace | null
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

/** What a finished call changes. */
export interface FinishedCall {
  readonly n: number
  /** `submitted` is no end: it has no items, and the vendor's job is all that is new. */
  readonly state: 'settled' | 'unknown' | 'released' | 'submitted'
  readonly reservation: Credits
  readonly cost: Credits
  /** What it would have cost more without twins. */
  readonly saved: Credits
  readonly status: number | null
  readonly openedAt: number
  /** When it left, epoch milliseconds; missing where it never did, or nobody knows. */
  readonly sentAt?: number
  /** The job that the vendor has taken the call as. */
  readonly vendorJob?: NamedJob
  /** What came back; only of a paid call, where the config says that such replies are kept. */
  readonly reply?: KeptReply
  readonly items: readonly FinishedItem[]
}

export interface FinishedItem extends OpenItem {
  /** Where it ends; null: it goes to the back, to be tried again. `refreshed` may still become `superseded` or `failed`. */
  readonly end: ItemEndState | null
  readonly reason: string | null
  /** New values; only with `refreshed`. */
  readonly values: ColumnValues | null
  /** When to leave the record alone until, epoch milliseconds; null: no cool-down. */
  readonly coolDownUntil: number | null
  /** The vendor was asked for this record: it counts as tried. */
  readonly tried: boolean
  readonly paid: boolean
  /** The fingerprint of the request that was paid for; nothing where none is kept. */
  readonly paidFor?: string | null
  /** How its twins end; none unless the item does. */
  readonly twins: readonly FinishedTwin[]
}

export interface FinishedTwin extends Twin, Pick<FinishedItem, 'reason' | 'values' | 'coolDownUntil'> {
  readonly end: ItemEndState
}

export interface CheckpointInput {
  readonly runNo: number
  readonly lease: Lease
  /** The number of the checkpoint before this one, and of the last call opened by then. */
  readonly after: number
  readonly lastCall: number
  readonly now: number
  readonly leaseExpiresAt: number
  readonly finished: readonly FinishedCall[]
  readonly open: OpenRequest
  readonly calls: {
    readonly sent: number
    readonly throttled: number
    readonly failed: number
    readonly unknown: number
  }
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
  readonly activeMs: number
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
}

/** A call to be opened. It reserves what the records that it turns out to have can cost. */
export interface PlannedCall {
  /** Items that were tried before, and are due again. */
  readonly again: readonly OpenItem[]
  /** How many untried ones come after them, in the run's order. */
  readonly untried: number
}

export interface CheckpointResult {
  /** How each finished item stands now that it is committed. */
  readonly items: readonly CommittedItem[]
  readonly opened: readonly OpenedCall[]
  /** Calls that it opened and that cannot be sent: a record of theirs has gone since. Rarely any. */
  readonly orphaned: readonly OrphanedCall[]
  /** Items that needed no call: superseded, or their record is gone. */
  readonly skipped: readonly CommittedItem[]
  /** The highest item for which a call was ever opened, and the last call's number. */
  readonly cursor: number
  readonly lastCall: number
}

/** An item, or a twin of it. */
export interface CommittedItem {
  readonly seq: number
  readonly key: RecordKey
  readonly end: ItemEndState | null
  readonly reason: string | null
  readonly twin: boolean
}

export interface OpenedCall {
  readonly n: number
  readonly reservation: Credits
  readonly openedAt: number
  /** The vendor works on it: it is not sent again, but asked after. */
  readonly vendorJob?: VendorJob
  /** One at least. */
  readonly items: readonly CallItem[]
}

/** A job of the vendor's, as the reply to its submission names it. */
export interface NamedJob {
  readonly id: string
  /** What that reply says that it has cost already; null: nothing. */
  readonly charge: Credits | null
}

/** A call as the vendor has taken it: a job of its own, whose results come later. */
export interface VendorJob extends NamedJob {
  /** When it was submitted, epoch milliseconds. */
  readonly since: number
  /** Its results are there, and to be had with this request; known to this process alone. */
  readonly results?: VendorRequest
}

export interface CallItem {
  readonly item: OpenItem
  readonly row: RecordRow
  /** Records that get the item's result as well. */
  readonly twins: readonly CallTwin[]
  /** When it, or a twin of it, was last paid for; nothing where they were not, or nobody asked. */
  readonly paid?: readonly PaidRecord[]
}

/** A record was paid for: no later than `at` (epoch milliseconds), with the request of that fingerprint. */
export interface PaidRecord {
  readonly at: number
  readonly request: string
}

export interface CallTwin {
  readonly twin: Twin
  readonly row: RecordRow
}

/** An open call whose records, or some of them, are gone: it cannot be sent. */
export interface OrphanedCall extends Omit<OpenedCall, 'items'> {
  readonly items: readonly { readonly item: OpenItem; readonly twins: readonly { readonly twin: Twin }[] }[]
}

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

/** What a selection has added to the run. */
export interface Selected {
  readonly added: number
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
  /** How many items at most, and how many twins beside them; null: all that there are. */
  readonly limit: number
  readonly twinLimit: number | null
  /** Records that were paid for after this instant (epoch ms) rest as well; null: they do not. */
  readonly restIfPaidAfter: number | null
  readonly now: number
}

/** What stands open in a run that a process takes up. */
export interface Interrupted {
  /** Open calls of the process before, in order of opening. */
  readonly open: readonly OpenedCall[]
  readonly orphaned: readonly OrphanedCall[]
  /** Items at or below the cursor, not ended, without an open call. */
  readonly again: readonly OpenItem[]
}

/** What a balance has shown of unknown calls. */
export interface Settled {
  /** What the run's own calls cost. */
  readonly here: Credits
  /** The most that those of other runs can have cost; null: they stay as they are. */
  readonly elsewhere: Credits | null
  readonly balance: Credits
  /** The run's budget: what other runs turned out not to have spent may have added to it. */
  readonly budget: Credits
  readonly drift: Credits
}

/** Calls that were opened together, epoch milliseconds, and what they have cost. */
export interface OpenedCost {
  readonly openedAt: number
  readonly cost: Credits
}

/** spenddown's tables and the user's table, as a run needs them. Every write checks the lease's fencing token. */
export interface RunStore {
  readLease(vendor: string): Promise<LeaseState | null>
  /** Takes the lease if it still stands as `seen`; null when someone was faster. */
  takeLease(vendor: string, me: LeaseHolder, seen: LeaseState | null, expiresAt: number): Promise<Lease | null>
  renewLease(lease: Lease, expiresAt: number): Promise<void>
  releaseLease(lease: Lease): Promise<void>

  account(vendor: string): Promise<AccountState>
  setExpected(
    lease: Lease,
    expected: Credits | null,
    reported: Credits | null,
    reportedAt: number | null,
  ): Promise<void>
  /** What all runs have settled since the instant. */
  spentSince(vendor: string, sinceMs: number): Promise<Credits>
  /** What calls of all runs that were opened since the instant have cost, by the second in which they were opened. */
  chargesSince(vendor: string, sinceMs: number): Promise<readonly OpenedCost[]>
  /** The calls that all runs have sent since the instant, oldest first; those that stand open may have left just now. */
  callsSince(vendor: string, sinceMs: number, now: number): Promise<readonly CallCount[]>

  createRun(run: NewRun, keys: readonly RecordKey[] | null, lease: Lease): Promise<Run>
  findRun(id: string): Promise<Run | null>
  runs(limit: number): Promise<Run[]>
  /** The latest run of the vendor's, or of one of its jobs, that is running or stopped. */
  latestInterrupted(vendor: string, job: string | null): Promise<Run | null>
  /** The account's runs that hold credits, or are not known to have ended. */
  unsettledRuns(vendor: string): Promise<Run[]>
  /** Settles all open and unknown calls of a run whose billing cycle is over, at all that they can have cost. */
  expireCalls(lease: Lease, runNo: number): Promise<void>
  reopenRun(run: Run, lease: Lease): Promise<Run>
  endRun(run: Run, ending: Ending, now: number, activeMs: number, lease: Lease): Promise<Run>

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
  /** Settles the unknown calls of the account, and the ones that other runs left open. */
  settleUnknown(lease: Lease, runNo: number, settled: Settled, now: number): Promise<void>
  /** Deletes kept replies, of any run, that may go by now, so many pages at most; answers how many went. */
  pruneReplies(now: number, pages: number): Promise<number>
  close(): Promise<void>
}

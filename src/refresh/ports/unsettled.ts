import type { Credits } from '../../domain/credits.ts'
import type { RecordKey } from '../../domain/record.ts'
import type { Run } from '../../domain/run.ts'
import type { Lease } from './lease.ts'
import type { RunStore } from './store.ts'

/** A call as `unknown` means it, or one that stands open: opened, and not settled. Instants are epoch milliseconds. */
export interface UnsettledCall {
  readonly run: Run
  readonly n: number
  readonly nonce: string
  readonly state: 'unknown' | 'open' | 'submitted'
  /** The records that it asks for. */
  readonly keys: readonly RecordKey[]
  /** Its reservation. */
  readonly holds: Credits
  /** When it left, as far as that is known; else when it was opened. */
  readonly sentAt: number
  readonly status: number | null
  readonly reason: string | null
  /** The vendor's id for the job that it took the call as. */
  readonly vendorJob: string | null
}

/** What a person says that an unknown call cost: all that it could, or nothing. */
export type Verdict = 'charged' | 'free'

/** What was decided by hand, kept for good. */
export interface Decision {
  readonly runId: string
  readonly n: number
  readonly verdict: Verdict
  readonly held: Credits
  readonly cost: Credits
  readonly by: string
  /** Epoch milliseconds. */
  readonly at: number
}

/** A call that someone names. `run` null: there is no such run; `state` null: the run has no such call. */
export interface NamedCall {
  readonly run: Run | null
  readonly state: string | null
  readonly cost: Credits | null
  readonly decision: Decision | null
}

/** What deciding by hand reads and writes. */
export interface DecidingStore extends Pick<RunStore, 'readLease' | 'takeLease' | 'renewLease' | 'releaseLease'> {
  /** Calls of the account that are not settled, by run and number. */
  unsettled(vendor: string): Promise<readonly UnsettledCall[]>
  named(runId: string, n: number): Promise<NamedCall>
  /** The latest decisions on the account's calls, newest first. */
  decisions(vendor: string, limit: number): Promise<readonly Decision[]>
  /** Settles the calls, moves their runs' books and the account's, and keeps who decided: one transaction under the lease. */
  decide(lease: Lease, calls: readonly Decided[], by: string, at: number): Promise<readonly Decision[]>
}

export interface Decided {
  readonly call: UnsettledCall
  readonly verdict: Verdict
}

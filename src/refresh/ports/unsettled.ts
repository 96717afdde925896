import type { DecidedCall, UnknownCall } from '../../domain/call/unknown-call.ts'
import type { Credits } from '../../domain/credits/credits.ts'
import type { Run } from '../../domain/run/run.ts'
import type { RecordKey } from '../../domain/values/record.ts'
import type { Lease, LeaseStore } from './lease.ts'

/** A call that is unknown or still open (opened and not settled). Instants are epoch milliseconds. */
export interface UnsettledCall extends Pick<UnknownCall, 'state' | 'status' | 'reason' | 'vendorJob'> {
  readonly run: Run
  readonly n: number
  readonly nonce: string
  readonly keys: readonly RecordKey[]
  /** Its reservation. */
  readonly holds: Credits
  /** When it was sent; if unknown, when it was opened. */
  readonly sentAt: number
}

/** A person's decision on an unknown call: its full reservation was charged, or nothing. */
export type Verdict = DecidedCall['as']

/** A decision made by hand; never deleted. */
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

/** A call looked up by id. `run` null: no such run; `state` null: the run has no such call. */
export interface NamedCall {
  readonly run: Run | null
  readonly state: string | null
  readonly cost: Credits | null
  readonly decision: Decision | null
}

/** The store for deciding unknown calls by hand. */
export interface DecidingStore extends LeaseStore {
  /** Calls of the account that are not settled, by run and number. */
  unsettled(vendor: string): Promise<readonly UnsettledCall[]>
  named(runId: string, n: number): Promise<NamedCall>
  /** The latest decisions on the account's calls, newest first. */
  decisions(vendor: string, limit: number): Promise<readonly Decision[]>
  /** Settles the calls, updates the books of their runs and the account, and records who decided, in one transaction under the lease. */
  decide(lease: Lease, calls: readonly Decided[], by: string, at: number): Promise<readonly Decision[]>
}

export interface Decided {
  readonly call: UnsettledCall
  readonly verdict: Verdict
}

import type { ItemEndState, OpenItem } from '../../domain/call/item.ts'
import type { Run } from '../../domain/run/run.ts'
import type { ColumnValues, RecordKey, RecordRow } from '../../domain/values/record.ts'
import type { KeptReply } from './kept-reply.ts'
import type { Lease } from './lease.ts'

export interface KeptCall extends Omit<KeptReply, 'until'> {
  readonly n: number
  /** In the order of the call. */
  readonly records: readonly KeptRecord[]
}

export interface KeptRecord extends Pick<OpenItem, 'key' | 'seq'> {
  /** Its duplicates, which got its result as well. */
  readonly duplicates: readonly RecordKey[]
}

/** A page's position within its run; pages are read in this order. */
export interface PagePlace {
  readonly checkpoint: number
  readonly part: number
}

/** The kept replies of the calls that one checkpoint settled, or a part of those. */
export interface ReplyPage extends PagePlace {
  /** The `refreshedAt` that the run wrote to the records of these calls, epoch milliseconds. */
  readonly stampedAt: number
  readonly calls: readonly KeptCall[]
  /** Records that did not end as refreshed, and that no replay has repaired since. */
  readonly notRefreshed: readonly NotRefreshed[]
}

/** `seq` 0: a duplicate. */
export type NotRefreshed = Pick<OpenItem, 'key' | 'seq'> & { readonly end: ItemEndState }

/** A record's values from a kept reply, mapped by the current config. */
export interface Brought {
  readonly key: RecordKey
  /** When the reply arrived, epoch milliseconds. */
  readonly at: number
  readonly values: ColumnValues
}

/** A column's value before and after, as truncated text; null: NULL. */
export interface Change {
  readonly column: string
  readonly from: string | null
  readonly to: string | null
}

/** How a record compares with the values from its reply. */
export type Standing =
  | {
      readonly kind: 'change'
      readonly changes: readonly Change[]
      /** Its `refreshedAt`, as text; null: never refreshed. */
      readonly selectedAt: string | null
    }
  | { readonly kind: 'unchanged' }
  /** It has been refreshed since. */
  | { readonly kind: 'superseded' }
  | { readonly kind: 'gone' }
  /** The database rejects the values; `problem` is its message. */
  | { readonly kind: 'rejected'; readonly problem: string }

export interface PageWrite {
  readonly run: Run
  readonly lease: Lease
  readonly page: ReplyPage
  readonly records: readonly (Brought & { readonly selectedAt: string | null })[]
  /** Those of `page.notRefreshed` that match their reply once the records are written. */
  readonly mend: readonly NotRefreshed[]
}

/** Records that could not be written after all, and why. */
export type Unwritten = ReadonlyMap<RecordKey, Exclude<Standing, { kind: 'change' | 'unchanged' }>>

/** spenddown's tables and the user's table, as a replay needs them. */
export interface ReplayStore {
  /** The vendor's latest run. */
  latestRun(vendor: string): Promise<Run | null>
  /** Ids of the vendor's latest runs that have kept replies. */
  runsWithReplies(vendor: string, now: number): Promise<readonly string[]>
  /** The run's next page that has not expired; null: none. */
  page(runNo: number, after: PagePlace | null, now: number): Promise<ReplyPage | null>
  /** The records' current rows; deleted ones are missing. */
  records(keys: readonly RecordKey[]): Promise<ReadonlyMap<RecordKey, RecordRow>>
  /** Compares mapped values with the records, in the order given, without changing anything. Each record at most once. */
  compare(vendor: string, page: ReplyPage, brought: readonly Brought[]): Promise<readonly Standing[]>
  /** Writes the records and corrects the run's items and totals, in one transaction under the lease. */
  write(write: PageWrite): Promise<Unwritten>
}

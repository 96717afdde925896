import type { ItemEndState } from '../../domain/item.ts'
import type { ColumnValues, RecordKey, RecordRow } from '../../domain/record.ts'
import type { Run } from '../../domain/run.ts'
import type { KeptReply } from './kept-reply.ts'
import type { Lease } from './lease.ts'

/** A paid call as it was kept. */
export interface KeptCall extends Omit<KeptReply, 'until'> {
  readonly n: number
  /** In the order of the call. */
  readonly records: readonly KeptRecord[]
}

export interface KeptRecord {
  readonly key: RecordKey
  readonly seq: number
  /** Records that got its result as well. */
  readonly twins: readonly RecordKey[]
}

/** Where a page stands among a run's; pages are read in this order. */
export interface PagePlace {
  readonly checkpoint: number
  readonly part: number
}

/** The kept replies of the calls that one checkpoint settled, or a part of them. */
export interface ReplyPage extends PagePlace {
  /** What the run stamped the records of these calls with, epoch milliseconds. */
  readonly stampedAt: number
  readonly calls: readonly KeptCall[]
  /** Records that did not end as refreshed, and that no replay has mended since. */
  readonly notRefreshed: readonly NotRefreshed[]
}

/** `seq` 0: a twin. */
export interface NotRefreshed {
  readonly key: RecordKey
  readonly seq: number
  readonly end: ItemEndState
}

/** What a kept reply has for a record, as the config maps it now. */
export interface Brought {
  readonly key: RecordKey
  /** When the reply came, epoch milliseconds. */
  readonly at: number
  readonly values: ColumnValues
}

/** A column's value before and after, as text, the first characters of it; null: NULL. */
export interface Change {
  readonly column: string
  readonly from: string | null
  readonly to: string | null
}

/** How a record stands against what its reply has for it. */
export type Standing =
  | {
      readonly kind: 'change'
      readonly changes: readonly Change[]
      /** Its `refreshedAt`, as text; null: never refreshed. */
      readonly selectedAt: string | null
    }
  | { readonly kind: 'unchanged' }
  /** It was refreshed since. */
  | { readonly kind: 'superseded' }
  | { readonly kind: 'gone' }
  /** The database would not have these values; the words are the database's. */
  | { readonly kind: 'rejected'; readonly problem: string }

/** A page as it is to be written. */
export interface PageWrite {
  readonly run: Run
  readonly lease: Lease
  readonly page: ReplyPage
  readonly records: readonly (Brought & { readonly selectedAt: string | null })[]
  /** Of `page.notRefreshed`, those that are as their reply says once the records are written. */
  readonly mend: readonly NotRefreshed[]
}

/** Records that turned out otherwise when they were to be written. */
export type Unwritten = ReadonlyMap<RecordKey, Exclude<Standing, { kind: 'change' | 'unchanged' }>>

/** spenddown's tables and the user's table, as a replay needs them. */
export interface ReplayStore {
  /** The latest run of the vendor's. */
  latestRun(vendor: string): Promise<Run | null>
  /** Ids of the latest runs of the vendor's that have kept replies. */
  runsWithReplies(vendor: string, now: number): Promise<readonly string[]>
  /** The next page of a run's that has not expired; null: there is none. */
  page(runNo: number, after: PagePlace | null, now: number): Promise<ReplyPage | null>
  /** Records as they are now; those that are gone are missing. */
  records(keys: readonly RecordKey[]): Promise<ReadonlyMap<RecordKey, RecordRow>>
  /** Compares what a page's replies brought with the records, in the order given; changes nothing. No record twice. */
  compare(vendor: string, page: ReplyPage, brought: readonly Brought[]): Promise<readonly Standing[]>
  /** Writes records, and puts the run's items and sums right, in one transaction of the lease's holder. */
  write(write: PageWrite): Promise<Unwritten>
}

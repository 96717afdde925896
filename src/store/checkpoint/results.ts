import type { FinishedDuplicate, FinishedItem, OpenedCall } from '../../refresh/ports/calls.ts'
import type { CheckpointInput, CommittedItem } from '../../refresh/ports/store.ts'
import type { UserTable } from '../user-table/user-table.ts'

/** What a finished call has brought for one record. */
export interface Result {
  /** The record's own end: of an item, or of a duplicate of it. */
  readonly record: FinishedItem | FinishedDuplicate
  /** The item's place. */
  readonly seq: number
  readonly duplicate: boolean
  readonly tried: boolean
  /** The fingerprint of the request that was paid for, null where none is kept; undefined: this record was not paid for. */
  readonly paidFor: string | null | undefined
  /** When its call was opened: the vendor charged it no earlier. */
  readonly openedAt: number
}

/** Every record that a checkpoint has a result for, each item before its duplicates. */
export function resultsOf({ finished }: Pick<CheckpointInput, 'finished'>): Result[] {
  return finished.flatMap(({ items, openedAt }) =>
    items.flatMap((item): Result[] => {
      const { seq, tried, paid, duplicates } = item
      const paidFor = paid ? (item.paidFor ?? null) : undefined
      const shared = { seq, duplicate: true, tried: true, paidFor: undefined, openedAt }
      return [
        { record: item, seq, duplicate: false, tried, paidFor, openedAt },
        ...duplicates.map((record) => ({ record, ...shared })),
      ]
    }),
  )
}

/** A result, with how its item or duplicate stands once it is written. */
export type Written = Result & { readonly item: CommittedItem }

/** What a checkpoint writes to spenddown's own tables. */
export interface Writing {
  readonly table: UserTable
  readonly input: CheckpointInput
  readonly written: readonly Written[]
  /** The items of `written`, and those that needed no call. */
  readonly ended: readonly CommittedItem[]
  readonly opened: readonly OpenedCall[]
}

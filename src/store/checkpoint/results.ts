import type { FinishedDuplicate, FinishedItem } from '../../refresh/ports/calls.ts'
import type { CheckpointInput } from '../../refresh/ports/store.ts'

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
  const results: Result[] = []
  for (const { items, openedAt } of finished) {
    for (const item of items) {
      const { seq, tried, paid } = item
      results.push({
        record: item,
        seq,
        duplicate: false,
        tried,
        paidFor: paid ? (item.paidFor ?? null) : undefined,
        openedAt,
      })
      for (const record of item.duplicates) {
        results.push({ record, seq, duplicate: true, tried: true, paidFor: undefined, openedAt })
      }
    }
  }
  return results
}

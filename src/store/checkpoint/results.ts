import type { FinishedItem } from '../../refresh/ports/calls.ts'
import type { CheckpointInput } from '../../refresh/ports/store.ts'

/** What a finished call has brought for one record: an item, or a duplicate of it. */
export type Result = Pick<
  FinishedItem,
  | 'seq'
  | 'key'
  | 'selectedAt'
  | 'end'
  | 'reason'
  | 'values'
  | 'changed'
  | 'kept'
  | 'coolDownUntil'
  | 'tried'
  | 'paid'
  | 'paidFor'
  | 'precondition'
> & {
  readonly twin: boolean
  /** When its call was opened: the vendor charged it no earlier. */
  readonly openedAt: number
}

/** Every record that a checkpoint has a result for, each item before its duplicates. */
export function resultsOf({ finished }: Pick<CheckpointInput, 'finished'>): Result[] {
  const results: Result[] = []
  for (const { items, openedAt } of finished) {
    for (const item of items) {
      const { seq, key, selectedAt, end, reason, values, changed, kept, coolDownUntil, tried, paid, paidFor } = item
      const { precondition } = item
      // Named one by one: a spread without some of them takes several times as long, and there are hundreds of these. The
      // type sees to it that none is forgotten.
      results.push({
        seq,
        key,
        selectedAt,
        end,
        reason,
        values,
        changed,
        kept,
        coolDownUntil,
        tried,
        paid,
        paidFor,
        precondition,
        twin: false,
        openedAt,
      } satisfies Record<keyof Result, unknown>)
      for (const twin of item.twins)
        results.push({ ...twin, seq: item.seq, twin: true, tried: true, paid: false, openedAt })
    }
  }
  return results
}

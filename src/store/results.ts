import type { CheckpointInput, FinishedItem } from '../refresh/ports/store.ts'

/** What a finished call has brought for one record: an item, or a twin of it. */
export type Result = Pick<
  FinishedItem,
  'seq' | 'key' | 'selectedAt' | 'end' | 'reason' | 'values' | 'coolDownUntil' | 'tried' | 'paid' | 'paidFor'
> & {
  readonly twin: boolean
  /** When its call was opened: the vendor charged it no earlier. */
  readonly openedAt: number
}

/** Every record that a checkpoint has a result for, each item before its twins. */
export function resultsOf({ finished }: Pick<CheckpointInput, 'finished'>): Result[] {
  const results: Result[] = []
  for (const { items, openedAt } of finished) {
    for (const { twins, attempts: _, ...item } of items) {
      results.push({ ...item, twin: false, openedAt })
      for (const twin of twins) results.push({ ...twin, seq: item.seq, twin: true, tried: true, paid: false, openedAt })
    }
  }
  return results
}

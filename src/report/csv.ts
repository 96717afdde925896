import type { KeptChanges } from '../domain/changes.ts'
import type { ItemState } from '../domain/item.ts'
import { csvLine } from './csv-cell.ts'

/** An item, as its row says it. */
export interface ItemRow {
  readonly seq: number
  readonly key: string
  readonly state: ItemState
  readonly attempts: number
  readonly reason: string | null
  readonly selectedAt: string | null
  readonly changes: KeptChanges | null
}

/**
 * One line an item, in the run's order, a page at a time: a run may have millions. `columns`: those whose values before
 * and after are kept.
 */
export async function* csvLines(
  pages: AsyncIterable<readonly ItemRow[]>,
  columns: readonly string[],
): AsyncGenerator<string> {
  const values = columns.flatMap((name) => [`${name} before`, `${name} after`])
  yield csvLine(['seq', 'key', 'outcome', 'reason', 'attempts', 'last refreshed', ...values])
  for await (const page of pages) {
    yield page
      .map(({ seq, key, state, reason, attempts, selectedAt, changes }) => {
        const kept = columns.flatMap((name) => valuesOf(changes, name))
        return csvLine([seq, key, state, reason, attempts, selectedAt, ...kept])
      })
      .join('')
  }
}

/** The column's name is the user's: it may be that of something every object has. */
function valuesOf(changes: KeptChanges | null, name: string): readonly [string | null, string | null] {
  return (changes !== null && Object.hasOwn(changes, name) ? changes[name] : undefined) ?? [null, null]
}

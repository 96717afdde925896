import type { ItemState } from '../../domain/call/item.ts'
import type { CheckpointInput, CommittedItem } from '../../refresh/ports/store.ts'
import type { Transaction } from '../client.ts'
import { ownTables } from '../dialect/dialect-of.ts'
import { jsonList } from '../json-rows.ts'
import type { Books } from '../ledger/books.ts'
import { queryRows, type Sql, sql } from '../sql.ts'
import type { UserTable } from '../user-table/user-table.ts'
import { openedSince } from './open-calls.ts'
import { resultsOf } from './results.ts'

/**
 * The result of a checkpoint that has committed, but whose answer was lost, read from what it wrote. Duplicates that
 * needed no call are missing in it: they are no longer in the database.
 */
export async function committedBefore(tx: Transaction, table: UserTable, input: CheckpointInput, books: Books) {
  const results = resultsOf(input)
  const { whole, orphaned } = await openedSince(tx, table, input)
  const told = new Set(results.map(({ seq }) => seq))
  const items = await itemsOf(tx, table, input, told)
  const finished = results.map(({ record: { key, end, reason }, seq, duplicate }): CommittedItem => {
    // A duplicate that has ended is gone from the database: what was planned for it is what is known.
    return (duplicate ? undefined : items.get(seq)) ?? { seq, key, duplicate, end, reason }
  })
  const skipped = [...items.values()].filter(({ seq, end }) => end !== null && !told.has(seq))
  const { cursor, lastCall, spent, saved, held, unknown, changes } = books
  const sums = { cursor, lastCall, spent, saved, held, unknown, changes, items: books.items, calls: books.calls }
  return { items: finished, opened: whole, orphaned, skipped, sums }
}

type ItemRow = Pick<CommittedItem, 'seq' | 'key' | 'reason'> & { readonly state: ItemState }

/** How the items stand that the checkpoint settled or looked at: `finished`, those to be tried again, and new ones. */
async function itemsOf(tx: Transaction, table: UserTable, input: CheckpointInput, finished: ReadonlySet<number>) {
  const again = input.open.calls.flatMap((call) => call.again.map(({ seq }) => seq))
  const rows = await queryRows<ItemRow>(tx, itemsSql(table, input, [...new Set([...finished, ...again])]))
  return new Map<number, CommittedItem>(
    rows.map(({ state, ...row }) => [row.seq, { ...row, duplicate: false, end: state === 'pending' ? null : state }]),
  )
}

/** By primary key. */
function itemsSql(table: UserTable, { runNo, cursor }: CheckpointInput, seqs: readonly number[]): Sql {
  const { item, run } = ownTables(table.dialect)
  return sql`SELECT i.seq, i.key, i.state, i.reason FROM ${item} AS i
      WHERE i.run_no = ${runNo} AND i.seq IN (${jsonList(table.dialect, 'bigint', seqs)})
    UNION SELECT i.seq, i.key, i.state, i.reason FROM ${item} AS i
      WHERE i.run_no = ${runNo} AND i.seq > ${cursor}
        AND i.seq <= (SELECT r.last_item FROM ${run} AS r WHERE r.no = ${runNo})`
}

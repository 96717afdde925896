import type { FinishedCall } from '../../refresh/ports/calls.ts'
import type { CommittedItem } from '../../refresh/ports/store.ts'
import { jsonRows } from '../json-rows.ts'
import { type Dialect, type Sql, sql } from '../sql.ts'
import type { OwnTables } from '../tables.ts'

/**
 * Writes how items stand; null where none has changed. An upsert that never inserts: it goes from the batch to each item by its primary key on
 * both databases, where an UPDATE … FROM lets SQLite scan all items for each row of the batch.
 */
export function itemsWrite(
  own: OwnTables,
  dialect: Dialect,
  runNo: number,
  finished: readonly FinishedCall[],
  items: readonly CommittedItem[],
): Sql | null {
  const attempts = new Map(finished.flatMap(({ items: all }) => all.map(({ seq, attempts }) => [seq, attempts])))
  // An item that has come back and found its record gone is in both: the later word counts.
  const standing = new Map(items.flatMap((item) => (item.duplicate ? [] : [[item.seq, item] as const])))
  const rows = [...standing.values()].map(({ seq, end, reason }) => [
    seq,
    end ?? 'pending',
    attempts.get(seq) ?? 0,
    reason,
  ])
  return rows.length === 0 ? null : itemsSql(own, dialect, runNo, rows)
}

export function itemsSql(own: OwnTables, dialect: Dialect, runNo: number, rows: readonly (readonly unknown[])[]) {
  const batch = jsonRows(dialect, rows, { seq: 'bigint', state: 'text', attempts: 'bigint', reason: 'text' })
  return sql`INSERT INTO ${own.item} AS i (run_no, seq, key, state, attempts, reason)
    SELECT CAST(${runNo} AS INTEGER), v.seq, '', v.state, v.attempts, v.reason FROM (${batch}) AS v WHERE true
    ON CONFLICT (run_no, seq) DO UPDATE SET
      state = excluded.state, attempts = excluded.attempts, reason = excluded.reason`
}

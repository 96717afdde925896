import { ownTables } from '../dialect/dialect-of.ts'
import { jsonRows } from '../json-rows.ts'
import { type Dialect, type Sql, sql } from '../sql.ts'
import type { Writing } from './results.ts'

/** Writes how items stand; null where none has changed. */
export function itemsWrite({ table, input: { runNo, finished }, ended }: Writing): Sql | null {
  const attempts = new Map(finished.flatMap(({ items }) => items.map(({ seq, attempts }) => [seq, attempts])))
  // An item that has come back and found its record gone is in both: the later word counts.
  const standing = new Map(ended.flatMap((item) => (item.duplicate ? [] : [[item.seq, item] as const])))
  if (standing.size === 0) return null
  const items = [...standing.values()]
  const rows = items.map(({ seq, end, reason }) => [seq, end ?? 'pending', attempts.get(seq) ?? 0, reason])
  return itemsSql(table.dialect, runNo, rows)
}

/**
 * An upsert that never inserts: it goes from the batch to each item by its primary key on both databases, where an
 * UPDATE … FROM lets SQLite scan all items for each row of the batch. Exported for the test of its plan.
 */
export function itemsSql(dialect: Dialect, runNo: number, rows: readonly (readonly unknown[])[]) {
  const batch = jsonRows(dialect, rows, { seq: 'bigint', state: 'text', attempts: 'bigint', reason: 'text' })
  return sql`INSERT INTO ${ownTables(dialect).item} AS i (run_no, seq, key, state, attempts, reason)
    SELECT CAST(${runNo} AS INTEGER), v.seq, '', v.state, v.attempts, v.reason FROM (${batch}) AS v WHERE true
    ON CONFLICT (run_no, seq) DO UPDATE SET
      state = excluded.state, attempts = excluded.attempts, reason = excluded.reason`
}

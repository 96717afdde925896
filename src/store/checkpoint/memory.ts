import type { CheckpointInput } from '../../refresh/ports/store.ts'
import { ownTables } from '../dialect/dialect-of.ts'
import { jsonRows } from '../json-rows.ts'
import { type Sql, sql } from '../sql.ts'
import type { UserTable } from '../user-table/user-table.ts'
import type { Writing } from './results.ts'

/** Remembers of each record that was tried: when, with what outcome, whether it was paid for, and any cool-down; null: none was. */
export function memoryWrite({ table, input, written }: Writing): Sql | null {
  const rows = written.flatMap(({ record, tried, paidFor, openedAt, item: { end } }) => {
    if (!tried) return []
    const until = record.end === 'refreshed' && end === 'failed' ? input.coolDownIfRejected : record.coolDownUntil
    const paidAt = paidFor === undefined ? null : openedAt
    return [[record.key, end ?? 'pending', paidAt, paidFor ?? null, until]]
  })
  return rows.length === 0 ? null : memorySql(table, input, rows)
}

/** Exported for the test of its plan. */
export function memorySql(
  { dialect, label }: UserTable,
  { lease, now }: Pick<CheckpointInput, 'lease' | 'now'>,
  rows: readonly (readonly unknown[])[],
) {
  const batch = jsonRows(dialect, rows, {
    key: 'text',
    outcome: 'text',
    paid_at: 'bigint',
    paid_for: 'text',
    cool_down_until: 'bigint',
  })
  return sql`INSERT INTO ${ownTables(dialect).memory} AS m (vendor, source, key, tried_at, outcome, paid_at, paid_for, cool_down_until)
    SELECT ${lease.vendor}, ${label}, v.key, ${BigInt(now)}, v.outcome, v.paid_at, v.paid_for, v.cool_down_until
    FROM (${batch}) AS v WHERE true
    ON CONFLICT (vendor, source, key) DO UPDATE SET
      tried_at = excluded.tried_at, outcome = excluded.outcome,
      paid_for = CASE WHEN excluded.paid_at IS NULL THEN m.paid_for ELSE excluded.paid_for END,
      paid_at = coalesce(excluded.paid_at, m.paid_at), cool_down_until = excluded.cool_down_until`
}

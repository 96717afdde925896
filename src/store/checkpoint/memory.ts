import type { CheckpointInput, CommittedItem } from '../../refresh/ports/store.ts'
import { jsonRows } from '../json-rows.ts'
import { type Sql, sql } from '../sql.ts'
import type { OwnTables } from '../tables.ts'
import type { UserTable } from '../user-table/user-table.ts'
import type { Result } from './results.ts'

/** Remembers of each record that was tried: when, with what outcome, whether it was paid for, and any cool-down; null: none was. */
export function memoryWrite(
  own: OwnTables,
  table: UserTable,
  input: CheckpointInput,
  results: readonly Result[],
  items: readonly CommittedItem[],
): Sql | null {
  const rows = results.flatMap(({ record, tried, paidFor, openedAt }, at) => {
    if (!tried) return []
    const end = items[at]?.end ?? null
    const until = record.end === 'refreshed' && end === 'failed' ? input.coolDownIfRejected : record.coolDownUntil
    const paidAt = paidFor === undefined ? null : openedAt
    return [[record.key, end ?? 'pending', paidAt, paidFor ?? null, until]]
  })
  return rows.length === 0 ? null : memorySql(own, table, input, rows)
}

export function memorySql(
  own: OwnTables,
  table: UserTable,
  input: Pick<CheckpointInput, 'lease' | 'now'>,
  rows: readonly (readonly unknown[])[],
) {
  const batch = jsonRows(table.dialect, rows, {
    key: 'text',
    outcome: 'text',
    paid_at: 'bigint',
    paid_for: 'text',
    cool_down_until: 'bigint',
  })
  return sql`INSERT INTO ${own.memory} AS m (vendor, source, key, tried_at, outcome, paid_at, paid_for, cool_down_until)
    SELECT ${input.lease.vendor}, ${table.label}, v.key, ${BigInt(input.now)}, v.outcome, v.paid_at, v.paid_for, v.cool_down_until
    FROM (${batch}) AS v WHERE true
    ON CONFLICT (vendor, source, key) DO UPDATE SET
      tried_at = excluded.tried_at, outcome = excluded.outcome,
      paid_for = CASE WHEN excluded.paid_at IS NULL THEN m.paid_for ELSE excluded.paid_for END,
      paid_at = coalesce(excluded.paid_at, m.paid_at), cool_down_until = excluded.cool_down_until`
}

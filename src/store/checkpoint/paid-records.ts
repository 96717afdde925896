import type { RecordKey } from '../../domain/values/record.ts'
import type { PaidRecord } from '../../refresh/ports/calls.ts'
import type { CheckpointInput } from '../../refresh/ports/store.ts'
import { ownTables } from '../dialect/dialect-of.ts'
import { jsonList, selectJson } from '../json-rows.ts'
import { type Db, queryJsonList, type Sql, sql } from '../sql.ts'
import type { UserTable } from '../user-table/user-table.ts'

export type PaidRecords = ReadonlyMap<RecordKey, PaidRecord>

export const NONE_PAID: PaidRecords = new Map()

/** When records were last paid for and with which request, of those for which memory holds both. */
export async function paidRecords(db: Db, table: UserTable, vendor: string, keys: readonly RecordKey[]) {
  if (keys.length === 0) return NONE_PAID
  const rows = await queryJsonList<[string, number, string]>(db, paidRecordsSql(table, vendor, keys))
  return new Map<RecordKey, PaidRecord>(rows.map(([key, at, request]) => [key, { at, request }]))
}

/** Exported for the test of its plan. */
export function paidRecordsSql(table: UserTable, vendor: string, keys: readonly RecordKey[]): Sql {
  const { dialect, label } = table
  const from = sql`FROM ${ownTables(dialect).memory} AS m WHERE m.vendor = ${vendor} AND m.source = ${label}
    AND m.key IN (${jsonList(dialect, 'text', keys)}) AND m.paid_at IS NOT NULL AND m.paid_for IS NOT NULL`
  return selectJson(dialect, 'm.key, m.paid_at, m.paid_for', from)
}

/** As a checkpoint wants it: its own finished calls count, though they are not in the database yet. */
export async function recallPaid(db: Db, table: UserTable, input: CheckpointInput, keys: readonly RecordKey[]) {
  if (!input.open.recallPaid) return NONE_PAID
  const paid = new Map(await paidRecords(db, table, input.lease.vendor, keys))
  for (const { openedAt, items } of input.finished) {
    for (const item of items) if (item.paid && item.paidFor) paid.set(item.key, { at: openedAt, request: item.paidFor })
  }
  return paid
}

/** Of an item and its duplicates, those that were paid for; nothing where none was. */
export function paidOf(paid: PaidRecords, keys: readonly RecordKey[]): { readonly paid?: readonly PaidRecord[] } {
  const found = keys.flatMap((key) => paid.get(key) ?? [])
  return found.length === 0 ? {} : { paid: found }
}

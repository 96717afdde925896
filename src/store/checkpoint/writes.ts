import type { FinishedCall } from '../../refresh/ports/calls.ts'
import type { CheckpointInput } from '../../refresh/ports/store.ts'
import { ownDialect, ownTables } from '../dialect/dialect-of.ts'
import { jsonRows, type Rows } from '../json-rows.ts'
import { type Dialect, raw, type Sql, sql } from '../sql.ts'
import type { UserTable } from '../user-table/user-table.ts'
import { LOOK_COLUMNS, lookOf } from './look-of.ts'
import type { Writing } from './results.ts'

// What a checkpoint writes to spenddown's own tables: one statement a table, null where there is nothing to write.
// Functions that end in Sql are exported for the tests of their plans.

/** Writes how items stand. */
export function itemsWrite({ table, input: { runNo, finished }, ended }: Writing): Sql | null {
  const attempts = new Map(finished.flatMap(({ items }) => items.map(({ seq, attempts }) => [seq, attempts])))
  // An item that was retried and found its record gone is listed twice: the later entry counts.
  const standing = new Map(ended.flatMap((item) => (item.duplicate ? [] : [[item.seq, item] as const])))
  if (standing.size === 0) return null
  const items = [...standing.values()]
  const rows = items.map(({ seq, end, reason }) => [seq, end ?? 'pending', attempts.get(seq) ?? 0, reason])
  return itemsSql(table.dialect, runNo, rows)
}

/**
 * An upsert that never inserts: it goes from the batch to each item by its primary key on both databases, where an
 * UPDATE … FROM lets SQLite scan all items for each row of the batch.
 */
export function itemsSql(dialect: Dialect, runNo: number, rows: Rows) {
  const batch = jsonRows(dialect, rows, { seq: 'bigint', state: 'text', attempts: 'bigint', reason: 'text' })
  const { tables, wholeNumber, writes } = ownDialect(dialect)
  return writes.upsert({
    into: tables.item,
    columns: ['run_no', 'seq', 'key', 'state', 'attempts', 'reason'],
    rows: sql`SELECT ${wholeNumber(runNo)}, v.seq, '', v.state, v.attempts, v.reason FROM (${batch}) AS v WHERE true`,
    key: ['run_no', 'seq'],
    change: (_, comes) => ({ state: comes('state'), attempts: comes('attempts'), reason: comes('reason') }),
  })
}

/** Takes duplicates that have ended off the list. */
export function duplicatesWrite({ table: { dialect }, input, ended }: Writing): Sql | null {
  const rows = ended.filter(({ duplicate }) => duplicate).map(({ seq, key }) => [seq, key])
  if (rows.length === 0) return null
  const batch = jsonRows(dialect, rows, { seq: 'bigint', key: 'key' })
  const where = sql`d.run_no = ${input.runNo}`
  const { tables, writes } = ownDialect(dialect)
  return writes.deleteListed({ table: tables.duplicate, alias: 'd', where, columns: ['seq', 'key'], list: batch })
}

/** Remembers of each record that was tried: when, with what outcome, whether it was paid for, what was seen, any cool-down. */
export function memoryWrite({ table, input, written }: Writing): Sql | null {
  const rows = written.flatMap((each) => {
    const { record, tried, paidFor, openedAt, item } = each
    if (!tried) return []
    const { end } = item
    const until = record.end === 'refreshed' && end === 'failed' ? input.coolDownIfRejected : record.coolDownUntil
    const paidAt = paidFor === undefined ? null : openedAt
    return [
      [record.key, end ?? 'pending', paidAt, paidFor ?? null, until, ...lookOf(each, input.now, input.countedColumns)],
    ]
  })
  return rows.length === 0 ? null : memorySql(table, input, rows)
}

type Trial = Pick<CheckpointInput, 'lease' | 'now'>

export function memorySql({ dialect, label }: UserTable, { lease, now }: Trial, rows: Rows) {
  const batch = jsonRows(dialect, rows, {
    key: 'key',
    outcome: 'text',
    paid_at: 'bigint',
    paid_for: 'text',
    cool_down_until: 'bigint',
    ...LOOKS,
  })
  const { tables, writes } = ownDialect(dialect)
  return writes.upsert({
    into: tables.memory,
    columns: ['vendor', 'source', 'key', 'tried_at', ...MEMORY],
    rows: sql`SELECT ${lease.vendor}, ${label}, v.key, ${BigInt(now)}, ${raw(MEMORY.map((name) => `v.${name}`).join(', '))}
      FROM (${batch}) AS v WHERE true`,
    key: ['vendor', 'source', 'key'],
    // MySQL makes these changes one after the other: none goes by what another has changed.
    change: (was, comes) => ({
      tried_at: comes('tried_at'),
      outcome: comes('outcome'),
      paid_for: sql`CASE WHEN ${comes('paid_at')} IS NULL THEN ${was('paid_for')} ELSE ${comes('paid_for')} END`,
      paid_at: sql`coalesce(${comes('paid_at')}, ${was('paid_at')})`,
      cool_down_until: comes('cool_down_until'),
      ...Object.fromEntries(LOOK_COLUMNS.map((name) => [name, sql`${was(name)} + ${comes(name)}`])),
    }),
  })
}

const MEMORY = ['outcome', 'paid_at', 'paid_for', 'cool_down_until', ...LOOK_COLUMNS]

const LOOKS = Object.fromEntries(LOOK_COLUMNS.map((name) => [name, 'bigint' as const]))

/** Keeps old and new values of the records that were written, where the config asks for it. */
export function changesWrite({ table: { dialect }, input, written }: Writing): Sql | null {
  const rows = written.flatMap(({ record: { key, kept }, seq, item }) =>
    kept === undefined || item.end !== 'refreshed' ? [] : [[seq, key, JSON.stringify(kept)]],
  )
  if (rows.length === 0) return null
  const batch = jsonRows(dialect, rows, { seq: 'bigint', key: 'key', changed: 'text' })
  return sql`INSERT INTO ${ownTables(dialect).change} (run_no, seq, "key", changed)
    SELECT ${ownDialect(dialect).wholeNumber(input.runNo)}, v.seq, v.key, v.changed FROM (${batch}) AS v`
}

const COLUMNS = {
  n: 'bigint',
  nonce: 'text',
  state: 'text',
  items: 'text',
  reservation: 'bigint',
  cost: 'bigint',
  status: 'bigint',
  opened_at: 'bigint',
  vendor_job: 'text',
  reason: 'text',
  request_inputs: 'text',
  lease_token: 'bigint',
} as const
const NAMES = Object.keys(COLUMNS) as (keyof typeof COLUMNS)[]

/** A call's row; what is missing is NULL. */
type CallRow = { readonly [Column in keyof typeof COLUMNS]?: string | number | null | undefined }

/**
 * Writes what became of finished calls, and the calls now opened, in one statement by primary key. Once a call is
 * settled, its opened_at is when it was sent, if that is known.
 */
export function callsWrite({ table, input: { runNo, finished, lease }, opened }: Writing): Sql | null {
  const ended = finished.map((call): CallRow => {
    const { n, nonce, state, reservation, status, reason, openedAt, sentAt, vendorJob } = call
    const facts = { n, nonce, state, reservation, status, reason, lease_token: 0 }
    const items = seqsOf(call.items)
    return { ...facts, items, cost: costOf(call), opened_at: sentAt ?? openedAt, vendor_job: vendorJob?.id }
  })
  const begun = opened.map(({ n, nonce, reservation, openedAt, madeOf, ...call }): CallRow => {
    const items = seqsOf(call.items.map(({ item }) => item))
    const facts = { n, nonce, state: 'open', items, reservation, opened_at: openedAt }
    return { ...facts, request_inputs: madeOf, lease_token: lease.token }
  })
  const rows = [...ended, ...begun]
  return rows.length === 0 ? null : callsSql(table.dialect, runNo, rows)
}

/** Of a call that is not settled, what it is known to have cost. */
function costOf({ state, cost, vendorJob }: FinishedCall): number | null {
  return state === 'submitted' ? (vendorJob?.charge ?? null) : state === 'unknown' ? null : cost
}

function seqsOf(items: readonly { readonly seq: number }[]): string {
  return JSON.stringify(items.map(({ seq }) => seq))
}

export function callsSql(dialect: Dialect, runNo: number, rows: readonly CallRow[]): Sql {
  const values = rows.map((row) => NAMES.map((name) => row[name] ?? null))
  const { tables, wholeNumber, writes } = ownDialect(dialect)
  return writes.upsert({
    into: tables.call,
    columns: ['run_no', ...NAMES],
    rows: sql`SELECT ${wholeNumber(runNo)}, ${raw(NAMES.map((name) => `v.${name}`).join(', '))}
      FROM (${jsonRows(dialect, values, COLUMNS)}) AS v WHERE true`,
    key: ['run_no', 'n'],
    change: (was, comes) => ({
      state: comes('state'),
      cost: comes('cost'),
      status: comes('status'),
      opened_at: comes('opened_at'),
      vendor_job: sql`coalesce(${comes('vendor_job')}, ${was('vendor_job')})`,
      reason: comes('reason'),
      request_inputs: sql`CASE WHEN ${comes('state')} = 'submitted' THEN ${was('request_inputs')} END`,
    }),
  })
}

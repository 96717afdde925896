import type { FinishedCall } from '../../refresh/ports/calls.ts'
import { ownTables } from '../dialect/dialect-of.ts'
import { jsonRows } from '../json-rows.ts'
import { type Dialect, raw, type Sql, sql } from '../sql.ts'
import type { Writing } from './results.ts'

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
 * Writes what became of finished calls, and the calls now opened, in one statement by primary key; null where there are none.
 * Once a call is settled, its opened_at is the time at which it left, where that is known: it may have waited long.
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

/** Exported for the test of its plan. */
export function callsSql(dialect: Dialect, runNo: number, rows: readonly CallRow[]): Sql {
  const values = rows.map((row) => NAMES.map((name) => row[name] ?? null))
  return sql`INSERT INTO ${ownTables(dialect).call} AS c (run_no, ${raw(NAMES.join(', '))})
    SELECT CAST(${runNo} AS INTEGER), ${raw(NAMES.map((name) => `v.${name}`).join(', '))}
    FROM (${jsonRows(dialect, values, COLUMNS)}) AS v WHERE true
    ON CONFLICT (run_no, n) DO UPDATE SET state = excluded.state, cost = excluded.cost, status = excluded.status,
      opened_at = excluded.opened_at, vendor_job = coalesce(excluded.vendor_job, c.vendor_job), reason = excluded.reason,
      request_inputs = CASE WHEN excluded.state = 'submitted' THEN c.request_inputs END`
}

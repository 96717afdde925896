import type { FinishedCall, OpenedCall } from '../../refresh/ports/calls.ts'
import { jsonRows } from '../json-rows.ts'
import { type Dialect, type Sql, sql } from '../sql.ts'
import type { OwnTables } from '../tables.ts'

/**
 * Writes what became of finished calls, and the calls now opened, in one statement by primary key; null where there are none.
 * Once a call is settled, its opened_at is the time at which it left, where that is known: it may have waited long.
 */
export function callsWrite(
  own: OwnTables,
  dialect: Dialect,
  runNo: number,
  finished: readonly FinishedCall[],
  opened: readonly OpenedCall[],
  token: number,
): Sql | null {
  const rows = [
    ...finished.map((call) => [
      call.n,
      call.nonce,
      call.state,
      seqsOf(call.items),
      call.reservation,
      costOf(call),
      call.status,
      call.sentAt ?? call.openedAt,
      call.vendorJob?.id ?? null,
      call.reason ?? null,
      null,
      0,
    ]),
    ...opened.map((call) => [
      call.n,
      call.nonce,
      'open',
      seqsOf(call.items.map(({ item }) => item)),
      call.reservation,
      null,
      null,
      call.openedAt,
      null,
      null,
      call.madeOf ?? null,
      token,
    ]),
  ]
  return rows.length === 0 ? null : callsSql(own, dialect, runNo, rows)
}

/** Of a call that is not settled, what it is known to have cost. */
function costOf({ state, cost, vendorJob }: FinishedCall): number | null {
  return state === 'submitted' ? (vendorJob?.charge ?? null) : state === 'unknown' ? null : cost
}

function seqsOf(items: readonly { readonly seq: number }[]): string {
  return JSON.stringify(items.map(({ seq }) => seq))
}

export function callsSql(own: OwnTables, dialect: Dialect, runNo: number, rows: readonly (readonly unknown[])[]) {
  const batch = jsonRows(dialect, rows, {
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
  })
  return sql`INSERT INTO ${own.call} AS c (run_no, n, nonce, state, items, reservation, cost, status, opened_at, vendor_job, reason, request_inputs, lease_token)
    SELECT CAST(${runNo} AS INTEGER), v.n, v.nonce, v.state, v.items, v.reservation, v.cost, v.status, v.opened_at, v.vendor_job, v.reason, v.request_inputs, v.lease_token
    FROM (${batch}) AS v WHERE true
    ON CONFLICT (run_no, n) DO UPDATE SET state = excluded.state, cost = excluded.cost, status = excluded.status,
      opened_at = excluded.opened_at, vendor_job = coalesce(excluded.vendor_job, c.vendor_job), reason = excluded.reason,
      request_inputs = CASE WHEN excluded.state = 'submitted' THEN c.request_inputs END`
}

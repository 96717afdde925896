import type { CallCount } from '../../refresh/ports/pace.ts'
import type { Transaction } from '../client.ts'
import { type Dialect, raw, type Sql, sql } from '../sql.ts'
import { ownTables } from '../tables.ts'

/** Calls are counted together that left within so many ms. */
const TOGETHER_MS = 15_000

/**
 * The calls that all runs on the account have sent since the instant, oldest first. A call that was never sent is
 * `released`; one that a process left open may have left at any time up to `now`, and counts as if it had just then.
 */
export async function callsSince(
  client: Pick<Transaction, '$queryRaw'>,
  dialect: Dialect,
  vendor: string,
  sinceMs: number,
  now: number,
): Promise<CallCount[]> {
  const rows = await client.$queryRaw<{ calls: bigint | number; lastAt: bigint | number }[]>(
    callsSinceSql(dialect, vendor, sinceMs, now),
  )
  return rows.map(({ calls, lastAt }) => ({ calls: Number(calls), lastAt: Number(lastAt) }))
}

/** Reads only runs that were at work since. Exported for the test of its plan. */
export function callsSinceSql(dialect: Dialect, vendor: string, sinceMs: number, now: number): Sql {
  const own = ownTables(dialect)
  const [since, until] = [BigInt(Math.floor(sinceMs)), BigInt(Math.floor(now))]
  return sql`SELECT CAST(count(*) AS BIGINT) AS calls, max(v.sent_at) AS "lastAt" FROM (
      SELECT CASE c.state WHEN 'open' THEN CAST(${until} AS BIGINT) ELSE c.opened_at END AS sent_at
      FROM ${own.run} AS r JOIN ${own.call} AS c ON c.run_no = r.no
      WHERE r.vendor = ${vendor} AND (r.ended_at IS NULL OR r.ended_at >= ${since}) AND c.state <> 'released'
    ) AS v WHERE v.sent_at >= ${since} GROUP BY v.sent_at / ${raw(String(TOGETHER_MS))} ORDER BY "lastAt"`
}

import type { Credits } from '../../domain/credits.ts'
import type { OpenedCost } from '../../refresh/ports/calls.ts'
import type { Transaction } from '../client.ts'
import { type Dialect, raw, type Sql, sql } from '../sql.ts'
import { ownTables } from '../tables.ts'

/** Costs are added together of calls that were opened within so many ms. */
const TOGETHER_MS = 1_000

/** What settled calls of all runs on the account have cost that were opened since the instant. */
export async function chargesSince(
  client: Pick<Transaction, '$queryRaw'>,
  dialect: Dialect,
  vendor: string,
  sinceMs: number,
): Promise<OpenedCost[]> {
  const rows = await client.$queryRaw<{ openedAt: bigint | number; cost: bigint | number }[]>(
    chargesSinceSql(dialect, vendor, sinceMs),
  )
  return rows.map(({ openedAt, cost }) => ({ openedAt: Number(openedAt), cost: Number(cost) as Credits }))
}

/** Reads only runs that were at work since. Exported for the test of its plan. */
export function chargesSinceSql(dialect: Dialect, vendor: string, sinceMs: number): Sql {
  const own = ownTables(dialect)
  const since = BigInt(Math.floor(sinceMs))
  return sql`SELECT max(c.opened_at) AS "openedAt", CAST(sum(c.cost) AS BIGINT) AS cost
    FROM ${own.run} AS r JOIN ${own.call} AS c ON c.run_no = r.no
    WHERE r.vendor = ${vendor} AND (r.ended_at IS NULL OR r.ended_at >= ${since})
      AND c.state = 'settled' AND c.opened_at >= ${since} AND c.cost > 0
    GROUP BY c.opened_at / ${raw(String(TOGETHER_MS))}`
}

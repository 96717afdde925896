import { type Credits, NO_CREDITS } from '../../domain/credits/credits.ts'
import type { OpenedCost } from '../../refresh/ports/calls.ts'
import type { CallCount } from '../../refresh/ports/pace.ts'
import { wholeNumberSql } from '../dialect/casts.ts'
import { ownTables } from '../dialect/dialect-of.ts'
import { type Dialect, queryRows, type Reader, raw, type Sql, sql } from '../sql.ts'

/** Calls are counted together that left within so many ms. */
const COUNTED_TOGETHER = raw('15000')
/** Costs are added together of calls that were opened within so many ms. */
const ADDED_TOGETHER = raw('1000')

/** Calls of all runs sent since then, oldest first. `released` ones were not sent; open ones count as sent at `now`. */
export function callsSince(client: Reader, dialect: Dialect, vendor: string, sinceMs: number, now: number) {
  const [since, until] = [BigInt(Math.floor(sinceMs)), BigInt(Math.floor(now))]
  const sent = sql`SELECT CASE c.state WHEN 'open' THEN ${wholeNumberSql(dialect, sql`${until}`)} ELSE c.opened_at END AS sent_at
    FROM ${callsOf(dialect, vendor, since)} AND c.state <> 'released'`
  const counts = sql`SELECT ${wholeNumberSql(dialect, raw('count(*)'))} AS calls, max(v.sent_at) AS "lastAt" FROM (${sent}) AS v
    WHERE v.sent_at >= ${since} GROUP BY floor(v.sent_at / ${COUNTED_TOGETHER}) ORDER BY "lastAt"`
  return queryRows<CallCount>(client, counts)
}

/** What settled calls of all runs on the account have cost that were opened since the instant. */
export function chargesSince(client: Reader, dialect: Dialect, vendor: string, sinceMs: number): Promise<OpenedCost[]> {
  const since = BigInt(Math.floor(sinceMs))
  const costs = sql`SELECT max(c.opened_at) AS "openedAt", ${wholeNumberSql(dialect, raw('sum(c.cost)'))} AS cost
    FROM ${callsOf(dialect, vendor, since)} AND c.state = 'settled' AND c.opened_at >= ${since} AND c.cost > 0
    GROUP BY floor(c.opened_at / ${ADDED_TOGETHER})`
  return queryRows<OpenedCost>(client, costs)
}

/** The sum of these. */
export async function spentSince(client: Reader, dialect: Dialect, vendor: string, sinceMs: number): Promise<Credits> {
  const own = ownTables(dialect)
  const sum = sql`SELECT ${wholeNumberSql(dialect, raw('coalesce(sum(c.cost), 0)'))} AS spent
    FROM ${own.call} AS c JOIN ${own.run} AS r ON r.no = c.run_no
    WHERE r.vendor = ${vendor} AND c.opened_at >= ${BigInt(Math.floor(sinceMs))} AND c.state = 'settled'`
  const [row] = await queryRows<{ spent: Credits }>(client, sum)
  return row?.spent ?? NO_CREDITS
}

/** Calls `c` of the account's runs `r` that were running since then; other runs are not read. */
function callsOf(dialect: Dialect, vendor: string, since: bigint): Sql {
  const own = ownTables(dialect)
  return sql`${own.run} AS r JOIN ${own.call} AS c ON c.run_no = r.no
    WHERE r.vendor = ${vendor} AND (r.ended_at IS NULL OR r.ended_at >= ${since})`
}

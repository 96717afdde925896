import type { Credits } from '../../domain/credits.ts'
import type { Decision, Verdict } from '../../refresh/ports/unsettled.ts'
import type { Client } from '../client.ts'
import { type Dialect, sql } from '../sql.ts'
import { ownTables } from '../tables.ts'

interface DecisionRow {
  readonly n: number | bigint
  readonly verdict: string
  readonly held: bigint | number
  readonly cost: bigint | number
  readonly decidedBy: string
  readonly decidedAt: bigint | number
}

export function toDecision({ n, verdict, held, cost, decidedBy, decidedAt }: DecisionRow): Omit<Decision, 'runId'> {
  return {
    n: Number(n),
    verdict: verdict as Verdict,
    held: Number(held) as Credits,
    cost: Number(cost) as Credits,
    by: decidedBy,
    at: Number(decidedAt),
  }
}

/** The latest decisions on calls of the account, newest first. */
export async function decisionsOf(
  client: Client,
  dialect: Dialect,
  vendor: string,
  limit: number,
): Promise<Decision[]> {
  const own = ownTables(dialect)
  const rows = await client.$queryRaw<(DecisionRow & { readonly runId: string })[]>(sql`
    SELECT r.id AS "runId", d.n, d.verdict, d.held, d.cost, d.decided_by AS "decidedBy", d.decided_at AS "decidedAt"
    FROM ${own.decision} AS d JOIN ${own.run} AS r ON r.no = d.run_no
    WHERE r.vendor = ${vendor} ORDER BY d.decided_at DESC, d.run_no DESC, d.n DESC LIMIT ${limit}`)
  return rows.map((row) => ({ runId: row.runId, ...toDecision(row) }))
}

/** What people have decided of a run's unknown calls, the first of them. */
export async function decisionsOfRun(client: Pick<Client, 'decision'>, runNo: number, most: number) {
  const rows = await client.decision.findMany({ where: { runNo }, orderBy: { n: 'asc' }, take: most })
  return rows.map(toDecision)
}

import type { Decision } from '../../refresh/ports/unsettled.ts'
import type { Client } from '../client.ts'
import { ownTables } from '../dialect/dialect-of.ts'
import { type Dialect, plain, queryRows, sql } from '../sql.ts'

/** The latest decisions on calls of the account, newest first. */
export function decisionsOf(client: Client, dialect: Dialect, vendor: string, limit: number): Promise<Decision[]> {
  const own = ownTables(dialect)
  const latest = sql`SELECT r.id AS "runId", d.n, d.verdict, d.held, d.cost, d.decided_by AS "by", d.decided_at AS "at"
    FROM ${own.decision} AS d JOIN ${own.run} AS r ON r.no = d.run_no
    WHERE r.vendor = ${vendor} ORDER BY d.decided_at DESC, d.run_no DESC, d.n DESC LIMIT ${limit}`
  return queryRows<Decision>(client, latest)
}

/** What people have decided of a run's unknown calls, the first of them. */
export async function decisionsOfRun(client: Pick<Client, 'decision'>, runNo: number, most: number) {
  return (await client.decision.findMany({ where: { runNo }, orderBy: { n: 'asc' }, take: most })).map(toDecision)
}

type Row = Awaited<ReturnType<Client['decision']['findUniqueOrThrow']>>

export function toDecision({ runNo: _, decidedBy: by, decidedAt: at, ...row }: Row): Omit<Decision, 'runId'> {
  return plain<Omit<Decision, 'runId'>>({ ...row, by, at })
}

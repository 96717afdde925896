import { type Credits, NO_CREDITS } from '../../domain/credits.ts'
import type { Run } from '../../domain/run.ts'
import type { Lease } from '../../refresh/ports/lease.ts'
import type {
  Decided,
  DecidingStore,
  Decision,
  NamedCall,
  UnsettledCall,
  Verdict,
} from '../../refresh/ports/unsettled.ts'
import type { Client, Connection, Transaction } from '../client.ts'
import { asDatabaseError } from '../database-error.ts'
import { ownDialect } from '../dialect/dialect-of.ts'
import { fence, findRun, unsettledRuns } from '../runs/runs.ts'
import { type Dialect, type Sql, sql } from '../sql.ts'
import { ownTables } from '../tables.ts'
import { leaseLost, readLease, releaseLease, renewLease, takeLease } from './leases.ts'

/** Unknown calls on either database, and what people decide of them. */
export function decidingStore(connection: Connection): DecidingStore {
  const { client, dialect } = connection
  return {
    readLease: (vendor) => mendable(readLease(client, vendor)),
    takeLease: (vendor, me, seen, at) => mendable(takeLease(connection, vendor, me, seen, at)),
    renewLease: (lease, expiresAt) => mendable(renewLease(client, lease, expiresAt)),
    releaseLease: (lease) => mendable(releaseLease(client, lease)),
    unsettled: (vendor) => mendable(unsettledCalls(client, dialect, vendor)),
    named: (runId, n) => mendable(namedCall(client, runId, n)),
    decisions: (vendor, limit) => mendable(decisionsOf(client, dialect, vendor, limit)),
    decide: (lease, calls, by, at) => mendable(decide(connection, lease, calls, by, at)),
  }
}

async function unsettledCalls(client: Client, dialect: Dialect, vendor: string): Promise<UnsettledCall[]> {
  const runs = (await unsettledRuns(client, vendor)).filter(({ held }) => held > 0)
  const calls: UnsettledCall[] = []
  for (const run of runs) calls.push(...(await callsOf(client, dialect, run)))
  return calls
}

interface CallRow {
  n: number | bigint
  nonce: string
  state: UnsettledCall['state']
  reservation: bigint
  status: number | bigint | null
  openedAt: bigint
  vendorJob: string | null
  reason: string | null
  key: string | null
}

async function callsOf(client: Client, dialect: Dialect, run: Run): Promise<UnsettledCall[]> {
  const calls = new Map<number, UnsettledCall & { keys: string[] }>()
  for (const row of await client.$queryRaw<CallRow[]>(unsettledSql(dialect, run.no))) {
    const n = Number(row.n)
    const call = calls.get(n) ?? { ...toCall(row), run, n, keys: [] }
    if (row.key !== null) call.keys.push(row.key)
    calls.set(n, call)
  }
  return [...calls.values()]
}

function toCall({ nonce, state, reservation, status, openedAt, vendorJob, reason }: CallRow) {
  return {
    nonce,
    state,
    holds: Number(reservation) as Credits,
    sentAt: Number(openedAt),
    status: status === null ? null : Number(status),
    reason,
    vendorJob,
  }
}

/** A row for each record of each call. Exported for the test of its plan. */
export function unsettledSql(dialect: Dialect, runNo: number): Sql {
  const own = ownTables(dialect)
  const { placedRows: items, seq, place } = ownDialect(dialect).callItems
  return sql`SELECT c.n, c.nonce, c.state, c.reservation, c.status, c.opened_at AS "openedAt", c.vendor_job AS "vendorJob", c.reason, i.key
    FROM ${own.call} AS c CROSS JOIN ${items} LEFT JOIN ${own.item} AS i ON i.run_no = c.run_no AND i.seq = ${seq}
    WHERE c.run_no = ${runNo} AND c.state IN ('unknown', 'open', 'submitted') ORDER BY c.n, ${place}`
}

async function namedCall(client: Client, runId: string, n: number): Promise<NamedCall> {
  const run = await findRun(client, runId)
  if (run === null) return { run, state: null, cost: null, decision: null }
  const place = { runNo_n: { runNo: run.no, n } }
  const [call, decision] = await Promise.all([
    client.call.findUnique({ where: place }),
    client.decision.findUnique({ where: place }),
  ])
  return {
    run,
    state: call?.state ?? null,
    cost: call?.cost == null ? null : (Number(call.cost) as Credits),
    decision: decision === null ? null : toDecision({ ...decision, runId }),
  }
}

interface DecisionRow {
  runId: string
  n: number | bigint
  verdict: string
  held: bigint | number
  cost: bigint | number
  decidedBy: string
  decidedAt: bigint | number
}

function toDecision({ runId, n, verdict, held, cost, decidedBy, decidedAt }: DecisionRow): Decision {
  return {
    runId,
    n: Number(n),
    verdict: verdict as Verdict,
    held: Number(held) as Credits,
    cost: Number(cost) as Credits,
    by: decidedBy,
    at: Number(decidedAt),
  }
}

async function decisionsOf(client: Client, dialect: Dialect, vendor: string, limit: number): Promise<Decision[]> {
  const own = ownTables(dialect)
  const rows = await client.$queryRaw<DecisionRow[]>(sql`
    SELECT r.id AS "runId", d.n, d.verdict, d.held, d.cost, d.decided_by AS "decidedBy", d.decided_at AS "decidedAt"
    FROM ${own.decision} AS d JOIN ${own.run} AS r ON r.no = d.run_no
    WHERE r.vendor = ${vendor} ORDER BY d.decided_at DESC, d.run_no DESC, d.n DESC LIMIT ${limit}`)
  return rows.map(toDecision)
}

async function decide(
  connection: Connection,
  lease: Lease,
  calls: readonly Decided[],
  by: string,
  at: number,
): Promise<Decision[]> {
  return connection.transaction(async (tx) => {
    if (!(await fence(tx, lease))) throw leaseLost(lease)
    const decisions: Decision[] = []
    for (const { call, verdict } of calls) {
      const cost = verdict === 'charged' ? call.holds : NO_CREDITS
      const decision = { runId: call.run.id, n: call.n, verdict, held: call.holds, cost, by, at }
      await book(tx, connection.dialect, call, decision)
      decisions.push(decision)
    }
    return decisions
  })
}

/** The call becomes settled; what it held goes from its run's books, and what it cost from the balance as we know it. */
async function book(tx: Transaction, dialect: Dialect, { run, n, state }: UnsettledCall, decision: Decision) {
  const own = ownTables(dialect)
  const [held, cost] = [BigInt(decision.held), BigInt(decision.cost)]
  await tx.decision.create({
    data: {
      runNo: run.no,
      n,
      verdict: decision.verdict,
      held,
      cost,
      decidedBy: decision.by,
      decidedAt: BigInt(decision.at),
    },
  })
  await tx.call.update({ where: { runNo_n: { runNo: run.no, n } }, data: { state: 'settled', cost, madeOf: null } })
  await tx.run.update({
    where: { no: run.no },
    data: {
      held: { decrement: held },
      unknown: { decrement: state === 'unknown' ? held : 0n },
      spent: { increment: cost },
    },
  })
  await tx.$executeRaw(
    sql`UPDATE ${own.account} SET expected_balance = expected_balance - ${cost} WHERE vendor = ${run.vendor}`,
  )
}

async function mendable<T>(work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    throw asDatabaseError(error)
  }
}

import { type Credits, NO_CREDITS } from '../../domain/credits/credits.ts'
import type { Decided, DecidingStore, Decision, NamedCall, UnsettledCall } from '../../refresh/ports/unsettled.ts'
import type { Client, Connection, Transaction } from '../client.ts'
import { withDatabaseErrors } from '../database-error.ts'
import { ownTables } from '../dialect/dialect-of.ts'
import { itemsAt, seqsOf } from '../runs/items.ts'
import { findRun, unsettledRuns } from '../runs/runs.ts'
import { type Dialect, plain, queryRows, sql } from '../sql.ts'
import { fenced, leaseStore } from './leases.ts'

/** Unknown calls on either database, and what people decide of them. */
export function decidingStore(connection: Connection): DecidingStore {
  const { client, dialect } = connection
  return withDatabaseErrors({
    ...leaseStore(connection),
    unsettled: (vendor) => unsettledCalls(client, dialect, vendor),
    named: (runId, n) => namedCall(client, runId, n),
    decisions: (vendor, limit) => decisionsOf(client, dialect, vendor, limit),
    decide: (lease, calls, by, at) => fenced(connection, lease, (tx) => decide(tx, calls, by, at)),
  })
}

async function unsettledCalls(client: Client, dialect: Dialect, vendor: string): Promise<UnsettledCall[]> {
  const runs = (await unsettledRuns(client, vendor)).filter(({ held }) => held > 0)
  const calls: UnsettledCall[] = []
  for (const run of runs) {
    const unsettled = await callsIn(client, dialect, run.no, UNSETTLED)
    calls.push(...unsettled.map((call) => ({ run, ...call })))
  }
  return calls
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
    decision: decision === null ? null : { runId, ...toDecision(decision) },
  }
}

async function decide(tx: Transaction, calls: readonly Decided[], by: string, at: number): Promise<Decision[]> {
  const decisions: Decision[] = []
  for (const { call, verdict } of calls) {
    const cost = verdict === 'charged' ? call.holds : NO_CREDITS
    const decision = { runId: call.run.id, n: call.n, verdict, held: call.holds, cost, by, at }
    await book(tx, call, decision)
    decisions.push(decision)
  }
  return decisions
}

/** The call becomes settled; what it held goes from its run's books, and what it cost from the balance as we know it. */
async function book(tx: Transaction, { run, state }: UnsettledCall, decision: Decision) {
  const { n, verdict, held, cost, by, at } = decision
  await tx.decision.create({ data: { runNo: run.no, n, verdict, held, cost, decidedBy: by, decidedAt: at } })
  await tx.call.update({ where: { runNo_n: { runNo: run.no, n } }, data: { state: 'settled', cost, madeOf: null } })
  const unknown = { decrement: state === 'unknown' ? held : 0 }
  const data = { held: { decrement: held }, unknown, spent: { increment: cost } }
  await tx.run.update({ where: { no: run.no }, data })
  await tx.account.update({ where: { vendor: run.vendor }, data: { expectedBalance: { decrement: cost } } })
}

/** The latest decisions on calls of the account, newest first. */
function decisionsOf(client: Client, dialect: Dialect, vendor: string, limit: number): Promise<Decision[]> {
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

function toDecision({ runNo: _, decidedBy: by, decidedAt: at, ...row }: Row): Omit<Decision, 'runId'> {
  return plain<Omit<Decision, 'runId'>>({ ...row, by, at })
}

type Reader = Pick<Client, 'call' | '$queryRaw'>
type State = UnsettledCall['state']

/** The states of calls that were opened and not settled. */
const UNSETTLED: readonly State[] = ['unknown', 'open', 'submitted']

/** A run's calls in these states, in order of opening; `most`: the first of them. */
async function callsIn(client: Reader, dialect: Dialect, runNo: number, states: readonly State[], most?: number) {
  const where = { runNo, state: { in: [...states] } }
  const rows = await client.call.findMany({ where, orderBy: { n: 'asc' }, ...(most !== undefined && { take: most }) })
  const items = await itemsAt(client, dialect, runNo, rows.flatMap(seqsOf))
  return rows.map((row) => {
    const { n, nonce, state, reservation, openedAt, status, reason, vendorJob } = row
    const keys = seqsOf(row).flatMap((seq) => items.get(seq)?.key ?? [])
    const facts = { n, nonce, state, status, reason, vendorJob, keys, holds: reservation, sentAt: openedAt }
    return plain<Omit<UnsettledCall, 'run'>>(facts)
  })
}

const EXAMPLES = 3

/** A run's unsettled calls: how many, what they hold, the first of them; without those in flight of a running run. */
export async function unsettledOf(client: Reader, dialect: Dialect, runNo: number, running: boolean, most: number) {
  const states: readonly State[] = running ? ['unknown'] : UNSETTLED
  const where = { runNo, state: { in: [...states] } }
  const all = await client.call.aggregate({ where, _count: true, _sum: { reservation: true } })
  const first = await callsIn(client, dialect, runNo, states, most)
  return {
    calls: all._count,
    holds: Number(all._sum.reservation ?? 0n) as Credits,
    first: first.map(({ keys, ...call }) => ({ ...call, records: keys.length, examples: keys.slice(0, EXAMPLES) })),
  }
}

import { type Credits, NO_CREDITS } from '../../domain/credits/credits.ts'
import type { Decided, DecidingStore, Decision, NamedCall, UnsettledCall } from '../../refresh/ports/unsettled.ts'
import type { Client, Connection, Transaction } from '../client.ts'
import { withDatabaseErrors } from '../database-error.ts'
import { findRun, unsettledRuns } from '../runs/runs.ts'
import type { Dialect } from '../sql.ts'
import { decisionsOf, toDecision } from './decisions.ts'
import { fenced, leaseStore } from './leases.ts'
import { callsIn, UNSETTLED } from './unsettled-calls.ts'

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

import { type Credits, least, minus } from '../../domain/credits/credits.ts'
import { hasEnded } from '../../domain/run/run.ts'
import type { Lease } from '../../refresh/ports/lease.ts'
import type { Settled } from '../../refresh/ports/store.ts'
import type { Transaction } from '../client.ts'
import { ownTables } from '../dialect/dialect-of.ts'
import { type Dialect, sql } from '../sql.ts'
import { updateHeld } from './leases.ts'

/**
 * Settles the account's unknown calls: `here` credits are booked to the run, and to every other run that holds credits
 * up to `elsewhere`. Only the sum of a run's calls can be known; it is booked to the first of them. When repeated
 * because the answer was lost, it finds no unknown calls and books nothing.
 */
export async function settleUnknown(tx: Transaction, lease: Lease, runNo: number, settled: Settled, now: number) {
  const { here, elsewhere, keepsResumable, balance, expected, budget, drift } = settled
  const heard = { expectedBalance: expected, reportedBalance: balance, reportedAt: now }
  await updateHeld(tx, lease, { ...heard, doubtedBalance: 0 })
  await tx.run.update({ where: { no: runNo }, data: { budget, drift } })
  const runs = await tx.run.findMany({ where: { vendor: lease.vendor, held: { gt: 0 } }, orderBy: { no: 'asc' } })
  for (const run of runs) {
    const ours = run.no === runNo
    if (!ours && keepsResumable && !hasEnded(run)) continue
    const held = Number(ours ? run.unknown : run.held) as Credits
    const cost = least(ours ? here : elsewhere, held)
    const data = { unknown: 0, held: { decrement: held }, spent: { increment: cost } }
    await tx.run.update({ where: { no: run.no }, data })
    await settleCalls(tx, run.no, cost, ours ? OURS : hasEnded(run) ? OF_ENDED : OF_OTHERS)
  }
}

/** This process's own calls are not settled while they are open. */
const OURS = ['unknown']
/** Including open ones of a dead process. What the vendor still works on is left to whoever resumes the run. */
const OF_OTHERS = ['unknown', 'open']
const OF_ENDED = ['unknown', 'open', 'submitted']

async function settleCalls(tx: Transaction, runNo: number, cost: Credits, states: readonly string[]): Promise<void> {
  const where = { runNo, state: { in: [...states] } }
  const calls = await tx.call.findMany({ where, orderBy: { n: 'asc' }, select: { n: true, reservation: true } })
  let rest = cost
  for (const { n, reservation } of calls) {
    const share = least(rest, Number(reservation) as Credits)
    rest = minus(rest, share)
    await tx.call.update({ where: { runNo_n: { runNo, n } }, data: { state: 'settled', cost: share, madeOf: null } })
  }
}

/** Settles the unsettled calls of a run whose billing cycle has ended, at their reservations: no balance will tell. */
export async function expireCalls(tx: Transaction, dialect: Dialect, runNo: number): Promise<void> {
  await tx.$executeRaw(sql`UPDATE ${ownTables(dialect).call} SET state = 'settled', cost = reservation, request_inputs = NULL
    WHERE run_no = ${runNo} AND state IN ('open', 'submitted', 'unknown')`)
  const { held } = await tx.run.findUniqueOrThrow({ where: { no: runNo } })
  await tx.run.update({ where: { no: runNo }, data: { held: 0, unknown: 0, spent: { increment: held } } })
}

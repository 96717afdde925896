import { type Credits, least, minus } from '../../domain/credits.ts'
import { hasEnded } from '../../domain/run.ts'
import type { Lease } from '../../refresh/ports/lease.ts'
import type { Settled } from '../../refresh/ports/store.ts'
import type { Connection, Transaction } from '../client.ts'
import { type Dialect, type Sql, sql } from '../sql.ts'
import { ownTables } from '../tables.ts'
import { updateHeld } from './leases.ts'

/**
 * Settles the unknown calls of the account: `here` credits are booked to the run, and to each other run that holds
 * calls the most that they can have cost. Which of a run's calls cost how much cannot be known; their sum can, and is
 * booked to the first of them. Asked again, because the answer was lost, it finds nothing unknown, and books nothing.
 */
export async function settleUnknown(
  connection: Connection,
  lease: Lease,
  runNo: number,
  settled: Settled,
  now: number,
): Promise<void> {
  await connection.transaction(async (tx) => {
    const balance = BigInt(settled.balance)
    await updateHeld(tx, lease, {
      expectedBalance: balance,
      doubtedBalance: 0n,
      reportedBalance: balance,
      reportedAt: BigInt(now),
    })
    await tx.run.update({
      where: { no: runNo },
      data: { budget: BigInt(settled.budget), drift: BigInt(settled.drift) },
    })
    const runs = await tx.run.findMany({ where: { vendor: lease.vendor, held: { gt: 0n } }, orderBy: { no: 'asc' } })
    for (const run of runs) {
      const ours = run.no === runNo
      if (!ours && settled.keepsResumable && !hasEnded(run)) continue
      const held = Number(ours ? run.unknown : run.held) as Credits
      const cost = least(ours ? settled.here : settled.elsewhere, held)
      await tx.run.update({
        where: { no: run.no },
        data: { unknown: 0n, held: { decrement: BigInt(held) }, spent: { increment: BigInt(cost) } },
      })
      await settleCalls(tx, connection.dialect, run.no, cost, ours ? OURS : hasEnded(run) ? OF_ENDED : OF_OTHERS)
    }
  })
}

/** This process's own calls are not settled while they are open. */
const OURS = sql`('unknown')`
/** Those that a process which died left open. What the vendor works on is asked for by whoever resumes the run. */
const OF_OTHERS = sql`('unknown', 'open')`
const OF_ENDED = sql`('unknown', 'open', 'submitted')`

async function settleCalls(
  tx: Transaction,
  dialect: Dialect,
  runNo: number,
  cost: Credits,
  states: Sql,
): Promise<void> {
  const { call } = ownTables(dialect)
  const calls = await tx.$queryRaw<{ n: number | bigint; reservation: bigint }[]>(
    sql`SELECT n, reservation FROM ${call} WHERE run_no = ${runNo} AND state IN ${states} ORDER BY n`,
  )
  let rest = cost
  for (const { n, reservation } of calls) {
    const share = least(rest, Number(reservation) as Credits)
    rest = minus(rest, share)
    await tx.$executeRaw(
      sql`UPDATE ${call} SET state = 'settled', cost = ${BigInt(share)}, request_inputs = NULL WHERE run_no = ${runNo} AND n = ${Number(n)}`,
    )
  }
}

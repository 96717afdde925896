import type { Lease } from '../../refresh/ports/lease.ts'
import type { Connection } from '../client.ts'
import { sql } from '../sql.ts'
import { ownTables } from '../tables.ts'
import { fenced } from './leases.ts'

/**
 * Settles the calls of a run whose billing cycle has ended, those that stand open too, at all that they can have cost:
 * no balance will ever tell, and what they hold are credits that are gone. Nothing of the new cycle's is held for them.
 */
export async function expireCalls(connection: Connection, lease: Lease, runNo: number): Promise<void> {
  const { call } = ownTables(connection.dialect)
  await fenced(connection, lease, async (tx) => {
    await tx.$executeRaw(sql`UPDATE ${call} SET state = 'settled', cost = reservation, request_inputs = NULL
      WHERE run_no = ${runNo} AND state IN ('open', 'submitted', 'unknown')`)
    const { held } = await tx.run.findUniqueOrThrow({ where: { no: runNo } })
    await tx.run.update({ where: { no: runNo }, data: { held: 0n, unknown: 0n, spent: { increment: held } } })
  })
}

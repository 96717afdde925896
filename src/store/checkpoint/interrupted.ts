import type { OpenItem } from '../../domain/call/item.ts'
import type { Run } from '../../domain/run/run.ts'
import type { Interrupted, VendorJob } from '../../refresh/ports/calls.ts'
import type { Client } from '../client.ts'
import { seqsOf } from '../runs/items.ts'
import type { UserTable } from '../user-table/user-table.ts'
import { openCalls, withRecords } from './open-calls.ts'

/** What the process before left open: a query, not a reconstruction. */
export async function interrupted(
  client: Client,
  table: UserTable,
  { no: runNo, vendor, cursor }: Pick<Run, 'no' | 'vendor' | 'cursor'>,
  recallPaid: boolean,
  named: readonly (readonly [n: number, job: VendorJob])[],
): Promise<Interrupted> {
  const jobs = new Map(named)
  const calls = (await openCalls(client, table, runNo, 0)).map((call) => {
    const vendorJob = call.vendorJob ?? jobs.get(call.n)
    return vendorJob === undefined ? call : { ...call, vendorJob }
  })
  const paidTo = recallPaid ? vendor : null
  const { whole, orphaned } = await withRecords(client, table, runNo, calls, { paidTo, sent: true })
  const held = new Set(calls.flatMap(({ items }) => items.map(({ seq }) => seq)))
  const pending = await pendingItems(client, runNo, cursor)
  const crashes = await crashesOf(client, runNo)
  return { open: whole, orphaned, again: pending.filter((item) => !held.has(item.seq)), crashes }
}

/** In how many calls each item was that a process died with, by `seq`; only those of one at least. */
async function crashesOf(client: Client, runNo: number): Promise<Map<number, number>> {
  // What was released had not been sent.
  const where = { runNo, crashes: { gt: 0 }, state: { not: 'released' } }
  const crashes = new Map<number, number>()
  for (const call of await client.call.findMany({ where, select: { items: true, crashes: true } })) {
    for (const seq of seqsOf(call)) crashes.set(seq, (crashes.get(seq) ?? 0) + call.crashes)
  }
  return crashes
}

async function pendingItems(client: Client, runNo: number, cursor: number): Promise<OpenItem[]> {
  const where = { runNo, seq: { lte: cursor }, state: 'pending' }
  const rows = await client.item.findMany({ where, orderBy: { seq: 'asc' } })
  return rows.map(({ seq, key, attempts, refreshedAt }) => ({ seq, key, attempts, selectedAt: refreshedAt }))
}

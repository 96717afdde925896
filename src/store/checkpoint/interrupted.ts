import type { OpenItem } from '../../domain/item.ts'
import type { Run } from '../../domain/run.ts'
import type { Interrupted, VendorJob } from '../../refresh/ports/calls.ts'
import type { Client } from '../client.ts'
import { sql } from '../sql.ts'
import { ownTables } from '../tables.ts'
import type { UserTable } from '../user-table/user-table.ts'
import { type ItemRow, openCalls, toOpenItem, withRecords } from './open-calls.ts'

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
  const { whole, orphaned } = await withRecords(client, table, {
    runNo,
    calls,
    paidTo: recallPaid ? vendor : null,
    sent: true,
  })
  const held = new Set(calls.flatMap(({ items }) => items.map(({ seq }) => seq)))
  const pending = await pendingItems(client, table, runNo, cursor)
  const crashes = await crashesOf(client, table, runNo)
  return { open: whole, orphaned, again: pending.filter((item) => !held.has(item.seq)), crashes }
}

/** In how many calls each item was that a process died with, by `seq`; only those of one at least. */
async function crashesOf(client: Client, table: UserTable, runNo: number): Promise<Map<number, number>> {
  const rows = await client.$queryRaw<{ items: string; crashes: number | bigint }[]>(sql`
    SELECT items, crashes FROM ${ownTables(table.dialect).call} WHERE run_no = ${runNo} AND crashes > 0`)
  const crashes = new Map<number, number>()
  for (const { items, crashes: times } of rows) {
    for (const seq of JSON.parse(items) as number[]) crashes.set(seq, (crashes.get(seq) ?? 0) + Number(times))
  }
  return crashes
}

async function pendingItems(client: Client, table: UserTable, runNo: number, cursor: number): Promise<OpenItem[]> {
  const rows = await client.$queryRaw<ItemRow[]>(sql`
    SELECT seq, key, attempts, refreshed_at AS "selectedAt" FROM ${ownTables(table.dialect).item}
    WHERE run_no = ${runNo} AND seq <= ${cursor} AND state = 'pending' ORDER BY seq`)
  return rows.map(toOpenItem)
}

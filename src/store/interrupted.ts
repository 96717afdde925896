import type { OpenItem } from '../domain/item.ts'
import type { Interrupted, OpenedCall } from '../refresh/ports/store.ts'
import type { Client } from './client.ts'
import { type ItemRow, openCalls, toOpenItem } from './opening.ts'
import { sql } from './sql.ts'
import { ownTables } from './tables.ts'
import { readRecords } from './user-table/read-records.ts'
import type { UserTable } from './user-table/user-table.ts'

/** What the process before left open: a query, not a reconstruction. */
export async function interrupted(
  client: Client,
  table: UserTable,
  runNo: number,
  cursor: number,
): Promise<Interrupted> {
  const calls = await openCalls(client, table, runNo, 0)
  const records = await readRecords(
    client,
    table,
    calls.map(({ item }) => item.key),
  )
  const open: OpenedCall[] = []
  const orphaned: Omit<OpenedCall, 'row'>[] = []
  for (const call of calls) {
    const row = records.get(call.item.key)?.row
    if (row === undefined) orphaned.push(call)
    else open.push({ ...call, row })
  }
  const held = new Set(calls.map(({ item }) => item.seq))
  const pending = await pendingItems(client, table, runNo, cursor)
  return { open, orphaned, again: pending.filter((item) => !held.has(item.seq)) }
}

async function pendingItems(client: Client, table: UserTable, runNo: number, cursor: number): Promise<OpenItem[]> {
  const rows = await client.$queryRaw<ItemRow[]>(sql`
    SELECT seq, key, attempts, refreshed_at AS "selectedAt" FROM ${ownTables(table.dialect).item}
    WHERE run_no = ${runNo} AND seq <= ${cursor} AND state = 'pending' ORDER BY seq`)
  return rows.map(toOpenItem)
}

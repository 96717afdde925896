import type { OpenItem } from '../../domain/call/item.ts'
import type { RecordRow } from '../../domain/values/record.ts'
import type { CallItem, NamedJob, OpenedCall, OrphanedCall } from '../../refresh/ports/calls.ts'
import type { CheckpointInput } from '../../refresh/ports/store.ts'
import type { Transaction } from '../client.ts'
import { itemsAt, seqsOf } from '../runs/items.ts'
import { duplicatesOf } from '../selection/duplicates.ts'
import { type Db, plain } from '../sql.ts'
import { readRecords } from '../user-table/read/read-records.ts'
import type { UserTable } from '../user-table/user-table.ts'
import { asTheyWere } from './made-of.ts'
import { NONE_PAID, paidOf, paidRecords } from './paid-records.ts'

/** A call without its records. */
export interface BareCall extends Omit<OrphanedCall, 'items' | 'madeOf'> {
  readonly items: readonly OpenItem[]
  readonly madeOf: string | null
}

type Calls = Pick<Transaction, 'call' | '$queryRaw'>

/** Open calls of a run with a number above `after`, with their items, in order of opening. */
export async function openCalls(tx: Calls, { dialect }: UserTable, runNo: number, after: number): Promise<BareCall[]> {
  const where = { runNo, n: { gt: after }, state: { in: ['open', 'submitted'] } }
  const rows = await tx.call.findMany({ where, orderBy: { n: 'asc' } })
  const items = await itemsAt(tx, dialect, runNo, rows.flatMap(seqsOf))
  const calls = rows.map((row): BareCall => {
    const { n, nonce, madeOf, vendorJob: id } = row
    const { reservation, openedAt, charge } = plain<Amounts>({ ...row, charge: row.cost })
    const facts = { n, nonce, leaseToken: Number(row.leaseToken), madeOf, reservation, openedAt }
    const call = { ...facts, items: seqsOf(row).flatMap((seq) => items.get(seq) ?? []) }
    // Of a call that was submitted, `opened_at` is when it left (see callsWrite).
    return id === null ? call : { ...call, vendorJob: { id, since: openedAt, charge } }
  })
  return calls.filter((call) => call.items.length > 0)
}

type Amounts = Pick<OpenedCall, 'reservation' | 'openedAt'> & Pick<NamedJob, 'charge'>

/**
 * Calls with the records of their items. `sent`: they may have left, so they are made again of what their records held
 * then. A call is `orphaned` if one of its records is gone, or has changed before it was sent; unless the vendor works
 * on it: its other records' results are still to come. `paidTo`: the vendor whose earlier payments are looked up; null:
 * none are.
 */
export async function withRecords(
  tx: Db,
  table: UserTable,
  runNo: number,
  calls: readonly BareCall[],
  { paidTo, sent }: { readonly paidTo: string | null; readonly sent: boolean },
): Promise<{ readonly whole: OpenedCall[]; readonly orphaned: OrphanedCall[] }> {
  const items = calls.flatMap((call) => call.items)
  const duplicates = await duplicatesOf(tx, table, runNo, items)
  const keys = items.flatMap(({ seq, key }) => [key, ...(duplicates.get(seq) ?? []).map((each) => each.key)])
  const records = await readRecords(tx, table, keys)
  const paid = paidTo === null ? NONE_PAID : await paidRecords(tx, table, paidTo, keys)
  const whole: OpenedCall[] = []
  const orphaned: OrphanedCall[] = []
  for (const { madeOf, ...call } of calls) {
    const rows = call.items.map(({ key }) => records.get(key)?.row)
    const kept = madeOf === null ? [] : asTheyWere(madeOf, rows)
    const asked = call.items.map((item, at) => {
      const live = (duplicates.get(item.seq) ?? []).flatMap((duplicate) => {
        const row = records.get(duplicate.key)?.row
        return row === undefined ? [] : [{ duplicate, row }]
      })
      const before = paidOf(paid, [item.key, ...live.map(({ duplicate }) => duplicate.key)])
      const rest = { item, duplicates: live, ...before }
      const was = kept[at]
      if (!was?.changed) return { ...rest, row: rows[at] ?? live[0]?.row ?? standInFor(call, table, item.key) }
      if (!sent) return rest
      const row = { ...(rows[at] ?? standIn(table, item.key)), ...was.then }
      return rows[at] === undefined ? { ...rest, row } : { ...rest, row, changed: true }
    })
    if (asked.every((each) => 'row' in each && each.row !== undefined)) {
      whole.push({ ...call, items: asked as CallItem[] })
    } else orphaned.push({ ...call, items: asked })
  }
  return { whole, orphaned }
}

function standInFor({ vendorJob }: Omit<BareCall, 'madeOf'>, table: UserTable, key: string): RecordRow | undefined {
  return vendorJob === undefined ? undefined : standIn(table, key)
}

/** A stand-in for a deleted record, never written: the config's functions expect a row for each record of a call. */
function standIn({ columns, key }: UserTable, value: string): RecordRow {
  const empty = columns.map(({ name, kind }) => [name, kind === 'text' ? '' : null])
  return { ...Object.fromEntries(empty), [key.name]: value }
}

export async function openedSince(tx: Transaction, table: UserTable, input: CheckpointInput) {
  const calls = await openCalls(tx, table, input.runNo, input.lastCall)
  const paidTo = input.open.recallPaid ? input.lease.vendor : null
  return withRecords(tx, table, input.runNo, calls, { paidTo, sent: false })
}

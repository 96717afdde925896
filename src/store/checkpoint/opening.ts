import type { Duplicate, OpenItem } from '../../domain/call/item.ts'
import { mostOf } from '../../domain/credits/cost.ts'
import type { Run } from '../../domain/run/run.ts'
import type { CallDuplicate, OpenedCall } from '../../refresh/ports/calls.ts'
import type { CheckpointInput, CommittedItem } from '../../refresh/ports/store.ts'
import type { Transaction } from '../client.ts'
import { ownTables } from '../dialect/dialect-of.ts'
import { selectJson } from '../json-rows.ts'
import { duplicatesOf, NO_DUPLICATES } from '../selection/duplicates.ts'
import { queryJsonList, type Sql, sql } from '../sql.ts'
import { isNewer } from '../user-table/read/instant-text.ts'
import { type ReadRecord, readRecords } from '../user-table/read/read-records.ts'
import type { UserTable } from '../user-table/user-table.ts'
import { madeOf } from './made-of.ts'
import { type PaidRecords, paidOf, recallPaid } from './paid-records.ts'

export interface Opening {
  readonly opened: readonly OpenedCall[]
  readonly skipped: readonly CommittedItem[]
  /** The highest item taken so far. */
  readonly cursor: number
}

/**
 * Opens the calls that the caller has planned, with the items that it names and, after them, untried ones in the run's
 * order. An item whose record is gone, or was refreshed by someone else since it was selected, needs no call; a call
 * that is left with none is not opened.
 */
export async function openNext(
  tx: Transaction,
  table: UserTable,
  input: CheckpointInput,
  books: Pick<Run, 'cursor' | 'lastCall' | 'duplicates'>,
): Promise<Opening> {
  const { calls, cost } = input.open
  if (calls.length === 0) return { opened: [], skipped: [], cursor: books.cursor }
  const wanted = calls.reduce((sum, call) => sum + call.untried, 0)
  const untried = wanted === 0 ? [] : await untriedItems(tx, table, input.runNo, books.cursor, wanted)
  const asked = [...calls.flatMap((call) => call.again), ...untried]
  const duplicates = books.duplicates === 0 ? NO_DUPLICATES : await duplicatesOf(tx, table, input.runNo, asked)
  const keys = asked.flatMap((item) => [item.key, ...(duplicates.get(item.seq) ?? []).map(({ key }) => key)])
  const paid = await recallPaid(tx, table, input, keys)
  const look = { table, records: await readRecords(tx, table, keys), dedupeBy: input.open.dedupeBy, paid }
  const opened: OpenedCall[] = []
  const skipped: CommittedItem[] = []
  let taken = 0
  for (const call of calls) {
    const planned = [...call.again, ...untried.slice(taken, taken + call.untried)]
    taken += call.untried
    const items = planned.flatMap((item) => {
      const looked = lookAt(look, item, duplicates.get(item.seq) ?? [])
      skipped.push(...looked.skipped)
      return looked.asked === null ? [] : [looked.asked]
    })
    if (items.length === 0) continue
    const { madeOf: columns } = input.open
    const rows = items.map(({ row }) => row)
    opened.push({
      n: books.lastCall + opened.length + 1,
      nonce: call.nonce,
      reservation: mostOf(cost, items.length),
      openedAt: input.now,
      ...(columns === undefined ? {} : { madeOf: madeOf(columns, rows) }),
      items,
    })
  }
  return { opened, skipped, cursor: untried.at(-1)?.seq ?? books.cursor }
}

interface Look {
  readonly table: UserTable
  readonly paid: PaidRecords
  readonly records: ReadonlyMap<string, ReadRecord>
  readonly dedupeBy: readonly string[]
}

/** Whether an item still needs a call. If only duplicates do, one is asked for in its place; the item ends with it. */
function lookAt(look: Look, item: OpenItem, duplicates: readonly Duplicate[]) {
  const { seq } = item
  const record = look.records.get(item.key)
  const needless = whyNeedless(look.table, record, item)
  const skipped: CommittedItem[] = []
  const live: CallDuplicate[] = []
  for (const duplicate of duplicates) {
    const own = look.records.get(duplicate.key)
    const first = needless === null ? record : look.records.get(live[0]?.duplicate.key ?? duplicate.key)
    const why = whyNeedless(look.table, own, duplicate) ?? whyDifferent(look.dedupeBy, own, first)
    if (why === null && own !== undefined) live.push({ duplicate, row: own.row })
    else skipped.push({ seq, key: duplicate.key, duplicate: true, ...(why ?? GONE) })
  }
  const row = needless === null ? record?.row : live[0]?.row
  const paid = paidOf(look.paid, [item.key, ...live.map(({ duplicate }) => duplicate.key)])
  if (row !== undefined) return { asked: { item, row, duplicates: live, ...paid }, skipped }
  return { asked: null, skipped: [{ seq, key: item.key, duplicate: false, ...(needless ?? GONE) }, ...skipped] }
}

export const GONE = { end: 'failed', reason: 'the record no longer exists' } as const
export const SUPERSEDED = { end: 'superseded', reason: 'refreshed by someone else' } as const

export function outdatedBy(column: string) {
  return { end: 'superseded', reason: `its ${column} has been changed` } as const
}

/** How a record ends that needs no call; null: it needs one. */
function whyNeedless(table: UserTable, record: ReadRecord | undefined, { selectedAt }: Duplicate) {
  if (record === undefined) return GONE
  return isNewer(table, record.refreshedAt, selectedAt) ? SUPERSEDED : null
}

/** How a duplicate ends that would no longer send the same request. */
function whyDifferent(dedupeBy: readonly string[], one: ReadRecord | undefined, other: ReadRecord | undefined) {
  const changed = dedupeBy.find((column) => {
    const [a, b] = [one?.row[column] ?? null, other?.row[column] ?? null]
    return a === null || b === null || String(a) !== String(b)
  })
  return changed === undefined ? null : outdatedBy(changed)
}

async function untriedItems(tx: Transaction, table: UserTable, runNo: number, cursor: number, count: number) {
  type Row = [seq: number, key: string, attempts: number, selectedAt: string | null]
  const rows = await queryJsonList<Row>(tx, untriedSql(table, runNo, cursor, count))
  const items = rows.map(([seq, key, attempts, selectedAt]): OpenItem => ({ seq, key, attempts, selectedAt }))
  return items.sort((a, b) => a.seq - b.seq)
}

/**
 * The next items of a run, in any order; exported for the test of its plan. Items are numbered without gaps, so that
 * a range does what ORDER BY and LIMIT would do: PostgreSQL, where it has not counted a new run's items yet, believes
 * them few, and would sort all that are left.
 */
export function untriedSql(table: UserTable, runNo: number, cursor: number, count: number): Sql {
  const from = sql`FROM ${ownTables(table.dialect).item} AS v
    WHERE v.run_no = ${runNo} AND v.seq > ${cursor} AND v.seq <= ${cursor + count}`
  return selectJson(table.dialect, 'v.seq, v.key, v.attempts, v.refreshed_at', from)
}

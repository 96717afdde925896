import { mostOf } from '../domain/cost.ts'
import type { Credits } from '../domain/credits.ts'
import type { OpenItem } from '../domain/item.ts'
import type { CallItem, CheckpointInput, CommittedItem, OpenedCall, OrphanedCall } from '../refresh/ports/store.ts'
import type { Books } from './books.ts'
import type { Transaction } from './client.ts'
import { type Db, raw, type Sql, sql } from './sql.ts'
import { ownTables } from './tables.ts'
import { isNewer } from './user-table/is-newer.ts'
import { queryJson } from './user-table/query-json.ts'
import { type ReadRecord, readRecords } from './user-table/read-records.ts'
import type { UserTable } from './user-table/user-table.ts'

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
  books: Books,
): Promise<Opening> {
  const { calls, cost } = input.open
  if (calls.length === 0) return { opened: [], skipped: [], cursor: books.cursor }
  const wanted = calls.reduce((sum, call) => sum + call.untried, 0)
  const untried = wanted === 0 ? [] : await untriedItems(tx, table, input.runNo, books.cursor, wanted)
  const all = [...calls.flatMap((call) => call.again), ...untried]
  const records = await readRecords(
    tx,
    table,
    all.map((item) => item.key),
  )
  const opened: OpenedCall[] = []
  const skipped: CommittedItem[] = []
  let taken = 0
  for (const call of calls) {
    const planned = [...call.again, ...untried.slice(taken, taken + call.untried)]
    taken += call.untried
    const items: CallItem[] = []
    for (const item of planned) {
      const record = records.get(item.key)
      const reason = needless(table, record, item)
      if (record !== undefined && reason === null) items.push({ item, row: record.row })
      else skipped.push({ seq: item.seq, key: item.key, ...(reason ?? GONE) })
    }
    if (items.length === 0) continue
    const n = books.lastCall + opened.length + 1
    opened.push({ n, reservation: mostOf(cost, items.length), openedAt: input.now, items })
  }
  return { opened, skipped, cursor: untried.at(-1)?.seq ?? books.cursor }
}

const GONE = { end: 'failed', reason: 'the record no longer exists' } as const
const SUPERSEDED = { end: 'superseded', reason: 'refreshed by someone else' } as const

/** How an item ends that needs no call; null: it needs one. */
function needless(table: UserTable, record: ReadRecord | undefined, item: OpenItem) {
  if (record === undefined) return GONE
  return isNewer(table, record.refreshedAt, item.selectedAt) ? SUPERSEDED : null
}

async function untriedItems(
  tx: Transaction,
  table: UserTable,
  runNo: number,
  cursor: number,
  count: number,
): Promise<OpenItem[]> {
  const rows = await queryJson<UntriedRow[]>(tx, untriedSql(table, runNo, cursor, count))
  return rows
    .map(([seq, key, attempts, selectedAt]) => ({ seq, key, attempts, selectedAt }))
    .sort((a, b) => a.seq - b.seq)
}

type UntriedRow = [seq: number, key: string, attempts: number, selectedAt: string | null]

/**
 * The next items of a run, in any order; exported for the test of its plan. Items are numbered without gaps, so that
 * a range does what ORDER BY and LIMIT would do: PostgreSQL, where it has not counted a new run's items yet, believes
 * them few, and would sort all that are left.
 */
export function untriedSql(table: UserTable, runNo: number, cursor: number, count: number): Sql {
  const array = raw(table.dialect === 'sqlite' ? 'json_array' : 'json_build_array')
  const next = sql`${array}(v.seq, v.key, v.attempts, v.refreshed_at)`
  const from = sql`FROM ${ownTables(table.dialect).item} AS v
    WHERE v.run_no = ${runNo} AND v.seq > ${cursor} AND v.seq <= ${cursor + count}`
  return table.dialect === 'sqlite'
    ? sql`SELECT json_group_array(${next}) AS json ${from}`
    : sql`SELECT CAST(coalesce(json_agg(${next}), '[]') AS text) AS json ${from}`
}

export interface ItemRow {
  seq: number | bigint
  key: string
  attempts: number | bigint
  selectedAt: string | null
}

export function toOpenItem(row: ItemRow): OpenItem {
  return { seq: Number(row.seq), key: row.key, attempts: Number(row.attempts), selectedAt: row.selectedAt }
}

interface CallRow extends ItemRow {
  n: number | bigint
  reservation: bigint
  openedAt: bigint
}

/** Open calls of a run with a number above `after`, with their items, in order of opening. */
export async function openCalls(
  tx: Pick<Transaction, '$queryRaw'>,
  table: UserTable,
  runNo: number,
  after: number,
): Promise<OrphanedCall[]> {
  const rows = await tx.$queryRaw<CallRow[]>(openCallsSql(table, runNo, after))
  const calls = new Map<number, OrphanedCall & { items: { item: OpenItem }[] }>()
  for (const row of rows) {
    const n = Number(row.n)
    const call = calls.get(n) ?? {
      n,
      reservation: Number(row.reservation) as Credits,
      openedAt: Number(row.openedAt),
      items: [],
    }
    call.items.push({ item: toOpenItem(row) })
    calls.set(n, call)
  }
  return [...calls.values()]
}

/** A row for each item of a call, in the order of the call. Exported for the test of its plan. */
export function openCallsSql(table: UserTable, runNo: number, after: number): Sql {
  const own = ownTables(table.dialect)
  const [items, seq, place] =
    table.dialect === 'sqlite'
      ? [sql`json_each(c.items) AS j`, sql`j.value`, sql`j.key`]
      : [sql`jsonb_array_elements_text(c.items::jsonb) WITH ORDINALITY AS j(seq, place)`, sql`j.seq::int`, sql`j.place`]
  return sql`SELECT c.n, c.reservation, c.opened_at AS "openedAt", i.seq, i.key, i.attempts, i.refreshed_at AS "selectedAt"
    FROM ${own.call} AS c CROSS JOIN ${items} JOIN ${own.item} AS i ON i.run_no = c.run_no AND i.seq = ${seq}
    WHERE c.run_no = ${runNo} AND c.n > ${after} AND c.state = 'open' ORDER BY c.n, ${place}`
}

/** Calls with the records of their items; those of which one is gone are `orphaned`. */
export async function withRecords(
  tx: Db,
  table: UserTable,
  calls: readonly OrphanedCall[],
): Promise<{ readonly whole: OpenedCall[]; readonly orphaned: OrphanedCall[] }> {
  const keys = calls.flatMap(({ items }) => items.map(({ item }) => item.key))
  const records = await readRecords(tx, table, keys)
  const whole: OpenedCall[] = []
  const orphaned: OrphanedCall[] = []
  for (const call of calls) {
    const items = call.items.flatMap(({ item }) => {
      const row = records.get(item.key)?.row
      return row === undefined ? [] : [{ item, row }]
    })
    if (items.length === call.items.length) whole.push({ ...call, items })
    else orphaned.push(call)
  }
  return { whole, orphaned }
}

/** The calls that the checkpoint after `input.after` opened. */
export async function openedSince(tx: Transaction, table: UserTable, input: CheckpointInput): Promise<OpenedCall[]> {
  const { whole } = await withRecords(tx, table, await openCalls(tx, table, input.runNo, input.lastCall))
  return whole
}

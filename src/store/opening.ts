import type { Credits } from '../domain/credits.ts'
import type { OpenItem } from '../domain/item.ts'
import type { CheckpointInput, CommittedItem, OpenedCall } from '../refresh/ports/store.ts'
import type { Books } from './books.ts'
import type { Transaction } from './client.ts'
import { raw, type Sql, sql } from './sql.ts'
import { ownTables } from './tables.ts'
import { isNewer } from './user-table/is-newer.ts'
import { queryJson } from './user-table/query-json.ts'
import { readRecords } from './user-table/read-records.ts'
import type { UserTable } from './user-table/user-table.ts'

export interface Opening {
  readonly opened: readonly OpenedCall[]
  readonly skipped: readonly CommittedItem[]
  /** The highest item taken so far. */
  readonly cursor: number
}

/**
 * Chooses the items of the next calls: those that are to be tried again first, as the caller orders them, then
 * untried ones in the run's order. An item whose record is gone, or was refreshed by someone else since it was
 * selected, needs no call.
 */
export async function openNext(
  tx: Transaction,
  table: UserTable,
  input: CheckpointInput,
  books: Books,
): Promise<Opening> {
  const { count, again } = input.open
  if (count <= 0) return { opened: [], skipped: [], cursor: books.cursor }
  const untried =
    again.length < count ? await untriedItems(tx, table, input.runNo, books.cursor, count - again.length) : []
  const items = [...again.slice(0, count), ...untried]
  const opened: OpenedCall[] = []
  const skipped: CommittedItem[] = []
  const records =
    items.length === 0
      ? new Map()
      : await readRecords(
          tx,
          table,
          items.map((item) => item.key),
        )
  for (const item of items) {
    const record = records.get(item.key)
    if (record === undefined) {
      skipped.push({ seq: item.seq, key: item.key, end: 'failed', reason: 'the record no longer exists' })
    } else if (isNewer(table, record.refreshedAt, item.selectedAt)) {
      skipped.push({ seq: item.seq, key: item.key, end: 'superseded', reason: 'refreshed by someone else' })
    } else {
      const n = books.lastCall + opened.length + 1
      opened.push({ n, reservation: input.open.reservation, openedAt: input.now, item, row: record.row })
    }
  }
  return { opened, skipped, cursor: untried.at(-1)?.seq ?? books.cursor }
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
): Promise<{ n: number; reservation: Credits; openedAt: number; item: OpenItem }[]> {
  const rows = await tx.$queryRaw<CallRow[]>(openCallsSql(table, runNo, after))
  return rows.map((row) => ({
    n: Number(row.n),
    reservation: Number(row.reservation) as Credits,
    openedAt: Number(row.openedAt),
    item: toOpenItem(row),
  }))
}

/** Exported for the test of its plan. */
export function openCallsSql(table: UserTable, runNo: number, after: number): Sql {
  const own = ownTables(table.dialect)
  const seq = table.dialect === 'sqlite' ? sql`c.items->>0` : sql`(c.items::jsonb->>0)::int`
  return sql`SELECT c.n, c.reservation, c.opened_at AS "openedAt", i.seq, i.key, i.attempts, i.refreshed_at AS "selectedAt"
    FROM ${own.call} AS c JOIN ${own.item} AS i ON i.run_no = c.run_no AND i.seq = ${seq}
    WHERE c.run_no = ${runNo} AND c.n > ${after} AND c.state = 'open' ORDER BY c.n`
}

/** The calls that the checkpoint after `input.after` opened. */
export async function openedSince(tx: Transaction, table: UserTable, input: CheckpointInput): Promise<OpenedCall[]> {
  const calls = await openCalls(tx, table, input.runNo, input.lastCall)
  const records = await readRecords(
    tx,
    table,
    calls.map(({ item }) => item.key),
  )
  return calls.flatMap((call) => {
    const row = records.get(call.item.key)?.row
    return row === undefined ? [] : [{ ...call, row }]
  })
}

import { mostOf } from '../domain/cost.ts'
import type { Credits } from '../domain/credits.ts'
import type { OpenItem, Twin } from '../domain/item.ts'
import type { RecordRow } from '../domain/record.ts'
import type {
  CallItem,
  CallTwin,
  CheckpointInput,
  CommittedItem,
  OpenedCall,
  OrphanedCall,
} from '../refresh/ports/store.ts'
import type { Books } from './books.ts'
import type { Transaction } from './client.ts'
import { NONE_PAID, type PaidRecords, paidOf, paidRecords, recallPaid } from './paid-records.ts'
import { type Db, raw, type Sql, sql } from './sql.ts'
import { ownTables } from './tables.ts'
import { NO_TWINS, twinsOf } from './twins.ts'
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
  const asked = [...calls.flatMap((call) => call.again), ...untried]
  const twins = books.twins === 0 ? NO_TWINS : await twinsOf(tx, table, input.runNo, asked)
  const keys = asked.flatMap((item) => [item.key, ...(twins.get(item.seq) ?? []).map((twin) => twin.key)])
  const paid = await recallPaid(tx, table, input, keys)
  const look = { table, records: await readRecords(tx, table, keys), dedupeBy: input.open.dedupeBy, paid }
  const opened: OpenedCall[] = []
  const skipped: CommittedItem[] = []
  let taken = 0
  for (const call of calls) {
    const planned = [...call.again, ...untried.slice(taken, taken + call.untried)]
    taken += call.untried
    const items = planned.flatMap((item) => {
      const looked = lookAt(look, item, twins.get(item.seq) ?? [])
      skipped.push(...looked.skipped)
      return looked.asked === null ? [] : [looked.asked]
    })
    if (items.length === 0) continue
    const n = books.lastCall + opened.length + 1
    opened.push({ n, reservation: mostOf(cost, items.length), openedAt: input.now, items })
  }
  return { opened, skipped, cursor: untried.at(-1)?.seq ?? books.cursor }
}

interface Look {
  readonly table: UserTable
  readonly paid: PaidRecords
  readonly records: ReadonlyMap<string, ReadRecord>
  readonly dedupeBy: readonly string[]
}

/**
 * An item as its record stands now: to be asked for, or not needed any more. Where only its twins need it, one of them
 * is asked for in its place, and the item ends by itself when the result is written.
 */
function lookAt(
  look: Look,
  item: OpenItem,
  twins: readonly Twin[],
): { asked: CallItem | null; skipped: CommittedItem[] } {
  const { seq } = item
  const record = look.records.get(item.key)
  const needless = whyNeedless(look.table, record, item)
  const skipped: CommittedItem[] = []
  const live: CallTwin[] = []
  for (const twin of twins) {
    const own = look.records.get(twin.key)
    const first = needless === null ? record : look.records.get(live[0]?.twin.key ?? twin.key)
    const why = whyNeedless(look.table, own, twin) ?? whyDifferent(look.dedupeBy, own, first)
    if (why === null && own !== undefined) live.push({ twin, row: own.row })
    else skipped.push({ seq, key: twin.key, twin: true, ...(why ?? GONE) })
  }
  const row = needless === null ? record?.row : live[0]?.row
  const paid = paidOf(look.paid, [item.key, ...live.map(({ twin }) => twin.key)])
  if (row !== undefined) return { asked: { item, row, twins: live, ...paid }, skipped }
  return { asked: null, skipped: [{ seq, key: item.key, twin: false, ...(needless ?? GONE) }, ...skipped] }
}

const GONE = { end: 'failed', reason: 'the record no longer exists' } as const
const SUPERSEDED = { end: 'superseded', reason: 'refreshed by someone else' } as const

/** How a record ends that needs no call; null: it needs one. */
function whyNeedless(table: UserTable, record: ReadRecord | undefined, { selectedAt }: Twin) {
  if (record === undefined) return GONE
  return isNewer(table, record.refreshedAt, selectedAt) ? SUPERSEDED : null
}

/** How a twin ends that would no longer send the same request. */
function whyDifferent(dedupeBy: readonly string[], one: ReadRecord | undefined, other: ReadRecord | undefined) {
  const changed = dedupeBy.find((column) => {
    const [a, b] = [one?.row[column] ?? null, other?.row[column] ?? null]
    return a === null || b === null || String(a) !== String(b)
  })
  return changed === undefined ? null : { end: 'superseded' as const, reason: `its ${changed} has been changed` }
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
  vendorJob: string | null
  cost: bigint | number | null
}

/** A call without its records. */
export interface BareCall extends Omit<OrphanedCall, 'items'> {
  readonly items: readonly OpenItem[]
}

/** Open calls of a run with a number above `after`, with their items, in order of opening. */
export async function openCalls(
  tx: Pick<Transaction, '$queryRaw'>,
  table: UserTable,
  runNo: number,
  after: number,
): Promise<BareCall[]> {
  const rows = await tx.$queryRaw<CallRow[]>(openCallsSql(table, runNo, after))
  const calls = new Map<number, BareCall & { items: OpenItem[] }>()
  for (const row of rows) {
    const n = Number(row.n)
    const call = calls.get(n) ?? bareCall(n, row)
    call.items.push(toOpenItem(row))
    calls.set(n, call)
  }
  return [...calls.values()]
}

/** Of a call that was submitted, `opened_at` is when it left (see callsWrite). */
function bareCall(n: number, { vendorJob, cost, ...row }: CallRow): BareCall & { items: OpenItem[] } {
  const openedAt = Number(row.openedAt)
  const call = { n, reservation: Number(row.reservation) as Credits, openedAt, items: [] }
  if (vendorJob === null) return call
  return {
    ...call,
    vendorJob: { id: vendorJob, since: openedAt, charge: cost === null ? null : (Number(cost) as Credits) },
  }
}

/** A row for each item of a call, in the order of the call. Exported for the test of its plan. */
export function openCallsSql(table: UserTable, runNo: number, after: number): Sql {
  const own = ownTables(table.dialect)
  const [items, seq, place] =
    table.dialect === 'sqlite'
      ? [sql`json_each(c.items) AS j`, sql`j.value`, sql`j.key`]
      : [sql`jsonb_array_elements_text(c.items::jsonb) WITH ORDINALITY AS j(seq, place)`, sql`j.seq::int`, sql`j.place`]
  return sql`SELECT c.n, c.reservation, c.opened_at AS "openedAt", c.vendor_job AS "vendorJob", c.cost, i.seq, i.key, i.attempts, i.refreshed_at AS "selectedAt"
    FROM ${own.call} AS c CROSS JOIN ${items} JOIN ${own.item} AS i ON i.run_no = c.run_no AND i.seq = ${seq}
    WHERE c.run_no = ${runNo} AND c.n > ${after} AND c.state IN ('open', 'submitted') ORDER BY c.n, ${place}`
}

/**
 * Calls with the records of their items; those of which one is gone are `orphaned`, unless the vendor works on them
 * already: the other records' results are still to come. `paidTo`: the vendor that may have been paid for them before;
 * null: nobody asks.
 */
export async function withRecords(
  tx: Db,
  table: UserTable,
  {
    runNo,
    calls,
    paidTo,
  }: { readonly runNo: number; readonly calls: readonly BareCall[]; readonly paidTo: string | null },
): Promise<{ readonly whole: OpenedCall[]; readonly orphaned: OrphanedCall[] }> {
  const items = calls.flatMap((call) => call.items)
  const twins = await twinsOf(tx, table, runNo, items)
  const keys = items.flatMap(({ seq, key }) => [key, ...(twins.get(seq) ?? []).map((twin) => twin.key)])
  const records = await readRecords(tx, table, keys)
  const paid = paidTo === null ? NONE_PAID : await paidRecords(tx, table, paidTo, keys)
  const whole: OpenedCall[] = []
  const orphaned: OrphanedCall[] = []
  for (const call of calls) {
    const asked = call.items.map((item) => {
      const live = (twins.get(item.seq) ?? []).flatMap((twin) => {
        const row = records.get(twin.key)?.row
        return row === undefined ? [] : [{ twin, row }]
      })
      const gone = call.vendorJob === undefined ? undefined : standIn(table, item.key)
      const before = paidOf(paid, [item.key, ...live.map(({ twin }) => twin.key)])
      return { item, row: records.get(item.key)?.row ?? live[0]?.row ?? gone, twins: live, ...before }
    })
    if (asked.every((each) => each.row !== undefined)) whole.push({ ...call, items: asked as CallItem[] })
    else orphaned.push({ ...call, items: asked })
  }
  return { whole, orphaned }
}

/**
 * A row in the place of one that is gone: the config's functions look at all records of a call, and must not stumble
 * over one that nobody needs any more. Nothing is ever written to it.
 */
function standIn({ columns, key }: UserTable, value: string): RecordRow {
  const empty = columns.map(({ name, kind }) => [name, kind === 'text' ? '' : null])
  return { ...Object.fromEntries(empty), [key.name]: value }
}

/** The calls that the checkpoint after `input.after` opened. */
export async function openedSince(tx: Transaction, table: UserTable, input: CheckpointInput) {
  const calls = await openCalls(tx, table, input.runNo, input.lastCall)
  const paidTo = input.open.recallPaid ? input.lease.vendor : null
  return withRecords(tx, table, { runNo: input.runNo, calls, paidTo })
}

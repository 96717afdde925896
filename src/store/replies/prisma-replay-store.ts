import type { ItemEndState } from '../../domain/call/item.ts'
import type { RecordKey } from '../../domain/values/record.ts'
import type {
  Brought,
  NotRefreshed,
  PageWrite,
  ReplayStore,
  ReplyPage,
  Standing,
  Unwritten,
} from '../../refresh/ports/replay-store.ts'
import type { Connection, Transaction } from '../client.ts'
import { withDatabaseErrors } from '../database-error.ts'
import { ownDialect, ownTables } from '../dialect/dialect-of.ts'
import { jsonRows } from '../json-rows.ts'
import { fenced } from '../ledger/leases.ts'
import { listRuns } from '../runs/runs.ts'
import { type Db, raw, sql } from '../sql.ts'
import { type Difference, differences } from '../user-table/compare/differences.ts'
import { isNewer } from '../user-table/read/instant-text.ts'
import { readRecords } from '../user-table/read/read-records.ts'
import type { UserTable } from '../user-table/user-table.ts'
import { stampedText, stampText } from '../user-table/write/stamp.ts'
import { updateRecords } from '../user-table/write/update-records.ts'
import { keepNotRefreshed, readPage, runsWithReplies } from './reply-pages.ts'

/** What a replay reads and writes, on any database. Throws DatabaseUnavailableError where waiting may help. */
export function prismaReplayStore(connection: Connection, table: UserTable): ReplayStore {
  const { client, dialect } = connection
  return withDatabaseErrors({
    latestRun: async (vendor) => (await listRuns(client, vendor, 1))[0] ?? null,
    runsWithReplies: (vendor, now) => runsWithReplies(client, dialect, vendor, now),
    page: (runNo, after, now) => readPage(client, runNo, after, now),
    records: async (keys) => {
      const found = await readRecords(client, table, keys)
      return new Map([...found].map(([key, { row }]) => [key, row]))
    },
    compare: (vendor, page, brought) => compare(client, table, vendor, page, brought),
    write: (write) => fenced(connection, write.lease, (tx) => writePage(tx, table, write)),
  })
}

/** Compares what a page's replies brought with the records as they are; changes nothing. */
async function compare(db: Db, table: UserTable, vendor: string, page: ReplyPage, brought: readonly Brought[]) {
  if (brought.length === 0) return []
  const found = await differences(db, table, brought)
  const superseded = new Set(page.notRefreshed.flatMap(({ key, end }) => (end === 'superseded' ? [key] : [])))
  const later = table.refreshedAt === null ? await refreshedLater(db, table, vendor, page, brought) : new Set()
  return brought.map((one): Standing => {
    const difference = found.get(one.key)
    if (difference === undefined) return { kind: 'gone' }
    if (typeof difference === 'string') return { kind: 'rejected', problem: difference }
    if (superseded.has(one.key) || later.has(one.key) || isSuperseded(table, page, one, difference))
      return { kind: 'superseded' }
    return standing(table, one, difference)
  })
}

/** Its data is later than the reply, and it is not the run that wrote it. */
function isSuperseded(table: UserTable, page: ReplyPage, { at }: Brought, { refreshedAt }: Difference): boolean {
  if (table.refreshedAt === null || refreshedAt === null) return false
  const [came, stamped] = [at, page.stampedAt].map((ms) => stampedText(table, new Date(ms))) as [string, string]
  return isNewer(table, refreshedAt, came) && refreshedAt !== stamped
}

function standing(table: UserTable, { at, values }: Brought, { refreshedAt, from }: Difference): Standing {
  const changes = [...from].map(([column, before]) => ({ column, from: before, to: values[column] as string | null }))
  if (changes.length > 0 || table.refreshedAt === null) {
    return changes.length === 0 ? { kind: 'unchanged' } : { kind: 'change', changes, selectedAt: refreshedAt }
  }
  const stamp = stampedText(table, new Date(at))
  if (!isNewer(table, stamp, refreshedAt)) return { kind: 'unchanged' }
  const { name } = table.refreshedAt
  return { kind: 'change', changes: [{ column: name, from: refreshedAt, to: stamp }], selectedAt: refreshedAt }
}

/** The records refreshed after the page according to spenddown's memory, where the table has no `refreshedAt`. */
async function refreshedLater(db: Db, table: UserTable, vendor: string, page: ReplyPage, brought: readonly Brought[]) {
  const { memory } = ownTables(table.dialect)
  const after = BigInt(page.stampedAt)
  const rows = await db.$queryRaw<{ key: RecordKey }[]>(sql`SELECT m.key AS "key" FROM ${memory} AS m
    WHERE m.vendor = ${vendor} AND m.source = ${table.label} AND m.key IN (${keysSql(table, brought)})
      AND (m.paid_at > ${after} OR (m.outcome = 'refreshed' AND m.tried_at > ${after}))`)
  return new Set(rows.map(({ key }) => key))
}

/** Writes a page's records and corrects the run, in a transaction that has checked the lease. */
async function writePage(tx: Transaction, table: UserTable, write: PageWrite): Promise<Unwritten> {
  const unwritten = await writeRecords(tx, table, write)
  const mended = write.mend.filter(({ key }) => !unwritten.has(key))
  if (mended.length > 0) await mend(tx, table, write, mended)
  return unwritten
}

/** Each record is stamped with the time of its own reply: its data is as old as that. */
async function writeRecords(tx: Transaction, table: UserTable, { records }: PageWrite): Promise<Unwritten> {
  const rows = records.map(({ key, selectedAt, values, at }) => {
    const stamp = table.refreshedAt === null ? {} : { [table.refreshedAt.name]: stampText(table, new Date(at)) }
    return { key, selectedAt, values: { ...values, ...stamp } }
  })
  const unwritten = new Map<RecordKey, Exclude<Standing, { kind: 'change' | 'unchanged' }>>()
  if (rows.length === 0) return unwritten
  const { superseded, gone, rejected } = await updateRecords(tx, table, rows, null)
  for (const key of superseded) unwritten.set(key, { kind: 'superseded' })
  for (const key of gone) unwritten.set(key, { kind: 'gone' })
  for (const { key, problem } of rejected) unwritten.set(key, { kind: 'rejected', problem })
  return unwritten
}

/** Records that had not ended as refreshed now have: their items, their cool-down, the run's sums, and the page say so. */
async function mend(tx: Transaction, table: UserTable, { run, page }: PageWrite, mended: readonly NotRefreshed[]) {
  const { tables: own, writes } = ownDialect(table.dialect)
  const seqs = mended.flatMap(({ seq }) => (seq === 0 ? [] : [[seq]]))
  const items = { table: own.item, alias: 'i', where: sql`i.run_no = ${run.no}`, columns: ['seq'] }
  const places = jsonRows(table.dialect, seqs, { seq: 'bigint' })
  await tx.$executeRaw(writes.updateListed({ ...items, list: places }, raw("state = 'refreshed', reason = NULL")))
  // Where it was tried again since, what became of that counts.
  const where = sql`m.vendor = ${run.vendor} AND m.source = ${table.label} AND m.tried_at <= ${BigInt(page.stampedAt)}`
  const memories = { table: own.memory, alias: 'm', where, columns: ['key'], list: keysSql(table, mended) }
  await tx.$executeRaw(writes.updateListed(memories, raw("outcome = 'refreshed', cool_down_until = NULL")))
  const from = (state: ItemEndState) => mended.filter(({ end }) => end === state).length
  await tx.$executeRaw(sql`UPDATE ${own.run} SET refreshed = refreshed + ${mended.length},
    failed = failed - ${from('failed')}, not_found = not_found - ${from('notFound')},
    unknown_items = unknown_items - ${from('unknown')}, superseded = superseded - ${from('superseded')}
    WHERE no = ${run.no}`)
  const keys = new Set(mended.map(({ key }) => key))
  const left = page.notRefreshed.filter(({ key }) => !keys.has(key))
  await keepNotRefreshed(tx, run.no, page, left)
}

function keysSql(table: UserTable, records: readonly { readonly key: RecordKey }[]) {
  const keys = records.map(({ key }) => [key])
  return jsonRows(table.dialect, keys, { key: 'key' })
}

import { type ChangedRecord, withChanges } from '../../domain/changes.ts'
import { DatabaseSetBackError, LedgerError } from '../../domain/errors.ts'
import type { ItemEndState } from '../../domain/item.ts'
import { writePace } from '../../domain/kept-pace.ts'
import type { CheckpointInput, CheckpointResult, CommittedItem } from '../../refresh/ports/store.ts'
import type { Connection, Transaction } from '../client.ts'
import { ownDialect } from '../dialect/dialect-of.ts'
import { bookEntries, checkCover, readBooks, runWrite } from '../ledger/books.ts'
import { updateHeld } from '../ledger/leases.ts'
import { packReplies } from '../replies/reply-body.ts'
import { repliesWrite } from '../replies/reply-pages.ts'
import { ageOf } from '../runs/age-of.ts'
import { snapshotSql } from '../runs/snapshots.ts'
import { duplicatesWrite } from '../selection/duplicates.ts'
import { ownTables } from '../tables.ts'
import type { UserTable } from '../user-table/user-table.ts'
import { updateRecords } from '../user-table/write/update-records.ts'
import { callsWrite } from './calls.ts'
import { committedBefore } from './committed-before.ts'
import { itemsWrite } from './items.ts'
import { changesWrite } from './kept-changes.ts'
import { memoryWrite } from './memory.ts'
import { openNext } from './opening.ts'
import { type Result, resultsOf } from './results.ts'

/**
 * The only writer of a run: in one transaction the outcomes of finished calls go in (the records' new values, the
 * items' places, what the calls cost), and the next calls are opened against what is then left. It begins with the
 * lease: a process that has lost it commits nothing.
 */
export async function checkpoint(
  connection: Connection,
  table: UserTable,
  input: CheckpointInput,
): Promise<CheckpointResult> {
  const own = ownTables(table.dialect)
  const replies = await packReplies(input.finished)
  return connection.transaction(async (tx) => {
    await renewAndBook(tx, input)
    const books = await readBooks(tx, own, input)
    if (books.checkpoint === input.after + 1) return committedBefore(tx, table, input, books)
    if (books.checkpoint < input.after) throw new DatabaseSetBackError()
    if (books.checkpoint !== input.after) throw new LedgerError('the run has moved on without this process')
    const results = resultsOf(input)
    const items = await writeRecords(tx, table, results, input.now)
    const opening = await openNext(tx, table, input, books)
    const { dialect } = table
    const changes = withChanges(books.changes, writtenRecords(results, items, input.now))
    const ended = [...items, ...opening.skipped]
    const { finished, calls } = input
    const sums = bookEntries(books, { finished, calls, ended, opened: opening.opened, cursor: opening.cursor, changes })
    if (opening.opened.length > 0) checkCover(input, books, sums)
    const writes = [
      itemsWrite(own, dialect, input.runNo, finished, ended),
      duplicatesWrite(own, dialect, input.runNo, ended),
      memoryWrite(own, table, input, results, items),
      callsWrite(own, dialect, input.runNo, finished, opening.opened, input.lease.token),
      changesWrite(own, dialect, input, items),
      repliesWrite(own, input, replies, items),
      input.snapshot && snapshotSql(own, input.runNo, input.snapshot),
      runWrite(own, input, sums),
    ]
    await ownDialect(dialect).writeTogether(
      tx,
      writes.filter((write) => write !== null),
    )
    const opened = opening.opened.map(({ madeOf: _, ...call }) => call)
    return { items, opened, skipped: opening.skipped, orphaned: [], sums }
  })
}

/** The fence: takes the account's row, renews the lease and books the balance; fails if the lease has changed hands. */
async function renewAndBook(tx: Transaction, input: CheckpointInput): Promise<void> {
  const { lastKnown, doubted, reported, reportedAt, foundWith } = input.account
  await updateHeld(tx, input.lease, {
    leaseExpiresAt: BigInt(input.leaseExpiresAt),
    expectedBalance: lastKnown === null ? null : BigInt(lastKnown),
    doubtedBalance: BigInt(doubted),
    foundWith: JSON.stringify(foundWith),
    pace: writePace(input.pace),
    ...(reported === null ? {} : { reportedBalance: BigInt(reported), reportedAt: BigInt(reportedAt ?? input.now) }),
  })
}

/** Writes the fresh data, and says how every finished item stands. */
async function writeRecords(
  tx: Transaction,
  table: UserTable,
  results: readonly Result[],
  now: number,
): Promise<CommittedItem[]> {
  const fresh = results.flatMap(({ record }) => (record.end === 'refreshed' ? [record] : []))
  const verdicts = new Map<string, { end: ItemEndState; reason: string }>()
  if (fresh.length > 0) {
    const rows = fresh.map(({ key, selectedAt, values, precondition }) => ({
      key,
      selectedAt,
      values: values ?? {},
      precondition,
    }))
    const written = await updateRecords(tx, table, rows, new Date(now))
    for (const key of written.superseded) verdicts.set(key, { end: 'superseded', reason: 'refreshed by someone else' })
    for (const { key, column } of written.changed)
      verdicts.set(key, { end: 'superseded', reason: `its ${column} has been changed` })
    for (const key of written.gone) verdicts.set(key, { end: 'failed', reason: 'the record no longer exists' })
    for (const { key, problem } of written.rejected) verdicts.set(key, { end: 'failed', reason: problem })
  }
  return results.map(({ record: { key, end, reason }, seq, duplicate }) => {
    const verdict = end === 'refreshed' ? verdicts.get(key) : undefined
    return { seq, key, duplicate, ...(verdict ?? { end, reason }) }
  })
}

/** The records that were written, and what that has changed in them; `items` are in the order of the results. */
function writtenRecords(results: readonly Result[], items: readonly CommittedItem[], now: number): ChangedRecord[] {
  return results.flatMap(({ record: { changed, selectedAt } }, at) => {
    if (changed === undefined || items[at]?.end !== 'refreshed') return []
    return { columns: changed, ageMs: ageOf(selectedAt, now) }
  })
}

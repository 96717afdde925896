import type { ItemEndState } from '../../domain/call/item.ts'
import { DatabaseSetBackError, LedgerError } from '../../domain/errors/errors.ts'
import { type ChangedRecord, withChanges } from '../../domain/run/changes.ts'
import type { CheckpointInput, CheckpointResult } from '../../refresh/ports/store.ts'
import type { Connection, Transaction } from '../client.ts'
import { ownDialect, ownTables } from '../dialect/dialect-of.ts'
import { bookEntries, checkCover, readBooks, runWrite } from '../ledger/books.ts'
import { updateHeld } from '../ledger/leases.ts'
import { packReplies } from '../replies/reply-body.ts'
import { repliesWrite } from '../replies/reply-pages.ts'
import { snapshotSql } from '../runs/snapshots.ts'
import type { UserTable } from '../user-table/user-table.ts'
import { updateRecords } from '../user-table/write/update-records.ts'
import { ageOf } from './age-of.ts'
import { committedBefore } from './committed-before.ts'
import { GONE, openNext, outdatedBy, SUPERSEDED } from './opening.ts'
import { type Result, resultsOf, type Written } from './results.ts'
import { callsWrite, changesWrite, duplicatesWrite, itemsWrite, memoryWrite } from './writes.ts'

/**
 * The only writer of a run: in one transaction the outcomes of finished calls go in (the records' new values, the
 * items' places, what the calls cost), and the next calls are opened against what is then left. It begins with the
 * lease: a process that has lost it commits nothing.
 */
export async function checkpoint(connection: Connection, table: UserTable, input: CheckpointInput) {
  const own = ownTables(table.dialect)
  const replies = await packReplies(input.finished)
  return connection.transaction(async (tx): Promise<CheckpointResult> => {
    await renewAndBook(tx, input)
    const books = await readBooks(tx, table.dialect, input)
    if (books.checkpoint === input.after + 1) return committedBefore(tx, table, input, books)
    if (books.checkpoint < input.after) throw new DatabaseSetBackError()
    if (books.checkpoint !== input.after) throw new LedgerError('the run has moved on without this process')
    const written = await writeRecords(tx, table, resultsOf(input), input.now)
    const items = written.map(({ item }) => item)
    const { opened, skipped, cursor } = await openNext(tx, table, input, books)
    const ended = [...items, ...skipped]
    const changes = withChanges(books.changes, changedRecords(written, input))
    const sums = bookEntries(books, input, { opened, ended, cursor, changes })
    if (opened.length > 0) checkCover(input, books, sums)
    const writing = { table, input, written, ended, opened }
    const writes = [
      itemsWrite(writing),
      duplicatesWrite(writing),
      memoryWrite(writing),
      callsWrite(writing),
      changesWrite(writing),
      repliesWrite(writing, replies),
      input.snapshot && snapshotSql(table.dialect, input.runNo, input.snapshot),
      runWrite(own, input, sums),
    ]
    await ownDialect(table.dialect).writeTogether(
      tx,
      writes.filter((write) => write !== null),
    )
    return { items, opened: opened.map(({ madeOf: _, ...call }) => call), skipped, orphaned: [], sums }
  })
}

/** The fence: takes the account's row, renews the lease and books the balance; fails if the lease has changed hands. */
async function renewAndBook(tx: Transaction, input: CheckpointInput): Promise<void> {
  const { lastKnown, doubted, reported, reportedAt, foundWith } = input.account
  await updateHeld(tx, input.lease, {
    leaseExpiresAt: input.leaseExpiresAt,
    expectedBalance: lastKnown,
    doubtedBalance: doubted,
    foundWith: JSON.stringify(foundWith),
    pace: JSON.stringify(input.pace),
    ...(reported !== null && { reportedBalance: reported, reportedAt: reportedAt ?? input.now }),
  })
}

/** Writes the fresh data; with how every record stands then. */
async function writeRecords(tx: Transaction, table: UserTable, results: readonly Result[], now: number) {
  const fresh = results.flatMap(({ record }) => (record.end === 'refreshed' ? [record] : []))
  const verdicts = new Map<string, { end: ItemEndState; reason: string }>()
  if (fresh.length > 0) {
    const { superseded, changed, gone, rejected } = await updateRecords(tx, table, fresh, new Date(now))
    for (const key of superseded) verdicts.set(key, SUPERSEDED)
    for (const { key, column } of changed) verdicts.set(key, outdatedBy(column))
    for (const key of gone) verdicts.set(key, GONE)
    for (const { key, problem } of rejected) verdicts.set(key, { end: 'failed', reason: problem })
  }
  // Each field by its name: in a large checkpoint a spread costs more than the rest of this.
  return results.map(({ record, seq, duplicate, tried, paidFor, openedAt }): Written => {
    const { end, reason } = (record.end === 'refreshed' ? verdicts.get(record.key) : undefined) ?? record
    return { record, seq, duplicate, tried, paidFor, openedAt, item: { seq, key: record.key, duplicate, end, reason } }
  })
}

/** The records that were refreshed, and what that has changed in them. */
function changedRecords(
  written: readonly Written[],
  { now, countedColumns }: Pick<CheckpointInput, 'now' | 'countedColumns'>,
): ChangedRecord[] {
  return written.flatMap(({ record: { changed, selectedAt }, item: { end } }) => {
    if (changed === undefined || end !== 'refreshed') return []
    const counts = countedColumns && { counts: changed.some((column) => countedColumns.includes(column)) }
    return { columns: changed, ageMs: ageOf(selectedAt, now), ...counts }
  })
}

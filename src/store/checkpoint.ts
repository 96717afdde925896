import { type ChangedRecord, type Changes, withChanges } from '../domain/changes.ts'
import { type Credits, minus, NO_CREDITS, plus } from '../domain/credits.ts'
import { LedgerError } from '../domain/errors.ts'
import type { ItemEndState } from '../domain/item.ts'
import { writePace } from '../domain/kept-pace.ts'
import type { FinishedCall, OpenedCall } from '../refresh/ports/calls.ts'
import type { CheckpointInput, CheckpointResult, CommittedItem } from '../refresh/ports/store.ts'
import { ageOf } from './age-of.ts'
import { type Books, readBooks } from './books.ts'
import { callsWrite } from './calls.ts'
import type { Connection, Transaction } from './client.ts'
import { itemsWrite } from './items.ts'
import { changesWrite } from './kept-changes.ts'
import { leaseLost } from './leases.ts'
import { memoryWrite } from './memory.ts'
import { openedSince } from './open-calls.ts'
import { openNext } from './opening.ts'
import { packReplies } from './reply-body.ts'
import { repliesWrite } from './reply-pages.ts'
import { type Result, resultsOf } from './results.ts'
import { snapshotSql } from './snapshots.ts'
import { type Sql, sql } from './sql.ts'
import { type OwnTables, ownTables } from './tables.ts'
import { twinsWrite } from './twins.ts'
import { updateRecords } from './user-table/update-records.ts'
import type { UserTable } from './user-table/user-table.ts'
import { writeTogether } from './write-together.ts'

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
    if (books.checkpoint !== input.after) throw new LedgerError('the run has moved on without this process')
    const results = resultsOf(input)
    const items = await writeRecords(tx, table, results, input.now)
    const opening = await openNext(tx, table, input, books)
    const { dialect } = table
    const changes = withChanges(books.changes, writtenRecords(results, items, input.now))
    await writeTogether(tx, dialect, [
      itemsWrite(own, dialect, input.runNo, input.finished, [...items, ...opening.skipped]),
      twinsWrite(own, dialect, input.runNo, [...items, ...opening.skipped]),
      memoryWrite(own, table, input, results, items),
      callsWrite(own, dialect, input.runNo, input.finished, opening.opened),
      changesWrite(own, dialect, input, items),
      repliesWrite(own, input, replies, items),
      input.snapshot && snapshotSql(own, input.runNo, input.snapshot),
      runWrite(own, input, books, items, { ...opening, changes }),
    ])
    return { items, ...opening, orphaned: [], lastCall: books.lastCall + opening.opened.length, changes }
  })
}

/** The fence: takes the account's row, renews the lease and books the balance; fails if the lease has changed hands. */
async function renewAndBook(tx: Transaction, input: CheckpointInput): Promise<void> {
  const { expected, reported, reportedAt } = input.account
  const { count } = await tx.account.updateMany({
    where: { vendor: input.lease.vendor, token: BigInt(input.lease.token) },
    data: {
      expiresAt: BigInt(input.leaseExpiresAt),
      expected: expected === null ? null : BigInt(expected),
      pace: writePace(input.pace),
      ...(reported === null ? {} : { reported: BigInt(reported), reportedAt: BigInt(reportedAt ?? input.now) }),
    },
  })
  if (count === 0) throw leaseLost(input.lease)
}

/** Writes the fresh data, and says how every finished item stands. */
async function writeRecords(
  tx: Transaction,
  table: UserTable,
  results: readonly Result[],
  now: number,
): Promise<CommittedItem[]> {
  const fresh = results.filter((item) => item.end === 'refreshed')
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
  return results.map((item) => {
    const verdict = item.end === 'refreshed' ? verdicts.get(item.key) : undefined
    const { seq, key, twin } = item
    return { seq, key, twin, end: verdict?.end ?? item.end, reason: verdict?.reason ?? item.reason }
  })
}

/** The records that were written, and what that has changed in them; `items` are in the order of the results. */
function writtenRecords(results: readonly Result[], items: readonly CommittedItem[], now: number): ChangedRecord[] {
  return results.flatMap(({ changed, selectedAt }, at) => {
    if (changed === undefined || items[at]?.end !== 'refreshed') return []
    return { columns: changed, ageMs: ageOf(selectedAt, now) }
  })
}

/** Moves the run's sums, and refuses to open a call that the budget or the account does not cover. */
function runWrite(
  own: OwnTables,
  input: CheckpointInput,
  books: Books,
  items: readonly CommittedItem[],
  opening: { opened: readonly OpenedCall[]; skipped: readonly CommittedItem[]; cursor: number; changes: Changes },
): Sql {
  const { budget } = input
  const saved = plus(NO_CREDITS, ...input.finished.map((call) => call.saved))
  const spent = plus(books.spent, ...input.finished.map((call) => call.cost))
  const lost = sumHeld(input.finished, 'unknown')
  const reserved = plus(NO_CREDITS, ...opening.opened.map((call) => call.reservation))
  const freed = plus(sumHeld(input.finished, 'settled'), sumHeld(input.finished, 'released'))
  const held = minus(plus(books.held, reserved), freed)
  if (opening.opened.length > 0) checkCover(input, books, { budget, spent, held })
  const ended = (state: ItemEndState) => [...items, ...opening.skipped].filter(({ end }) => end === state).length
  return sql`UPDATE ${own.run} SET
    checkpoint = ${input.after + 1}, cursor = ${opening.cursor}, last_call = ${books.lastCall + opening.opened.length},
    budget = ${BigInt(budget)}, spent = ${BigInt(spent)}, saved = saved + ${BigInt(saved)}, held = ${BigInt(held)}, unknown = unknown + ${BigInt(lost)},
    refreshed = refreshed + ${ended('refreshed')}, not_found = not_found + ${ended('notFound')},
    failed = failed + ${ended('failed')}, unknown_items = unknown_items + ${ended('unknown')},
    superseded = superseded + ${ended('superseded')},
    calls_sent = calls_sent + ${input.calls.sent}, calls_throttled = calls_throttled + ${input.calls.throttled},
    calls_failed = calls_failed + ${input.calls.failed}, calls_unknown = calls_unknown + ${input.calls.unknown},
    changes = ${JSON.stringify(opening.changes)}, canary_done = ${input.canaryDone}, drift = ${BigInt(input.drift)}, active_ms = ${BigInt(Math.round(input.activeMs))}
    WHERE no = ${input.runNo}`
}

function checkCover(
  input: CheckpointInput,
  books: Books,
  now: { budget: Credits; spent: Credits; held: Credits },
): void {
  if (plus(now.spent, now.held) > now.budget) throw new LedgerError('the calls to open are not covered by the budget')
  const { expected } = input.account
  if (expected !== null && minus(expected, books.reserve, now.held, books.heldElsewhere) < 0) {
    throw new LedgerError('the calls to open would take the account below its reserve')
  }
}

function sumHeld(finished: readonly FinishedCall[], state: FinishedCall['state']): Credits {
  return plus(NO_CREDITS, ...finished.filter((call) => call.state === state).map((call) => call.reservation))
}

/** The transaction had committed after all, and only its answer was lost: what it would have said. */
async function committedBefore(
  tx: Transaction,
  table: UserTable,
  input: CheckpointInput,
  books: Books,
): Promise<CheckpointResult> {
  const own = ownTables(table.dialect)
  const finished = resultsOf(input)
  const first = finished.reduce((least, { seq }) => Math.min(least, seq), Number.MAX_SAFE_INTEGER)
  const last = finished.reduce((most, { seq }) => Math.max(most, seq), 0)
  const rows = await tx.$queryRaw<{ seq: bigint; state: string; reason: string | null }[]>(sql`
    SELECT seq, state, reason FROM ${own.item} WHERE run_no = ${input.runNo} AND seq BETWEEN ${first} AND ${last}`)
  const stored = new Map(rows.map((row) => [Number(row.seq), row]))
  const items = finished.map(({ seq, key, twin, ...planned }) => {
    // A twin that has ended is gone from the database: what was planned for it is what is known.
    if (twin) return { seq, key, twin, end: planned.end, reason: planned.reason }
    const state = stored.get(seq)?.state ?? 'pending'
    const end = state === 'pending' ? null : (state as ItemEndState)
    return { seq, key, twin, end, reason: stored.get(seq)?.reason ?? null }
  })
  const { whole, orphaned } = await openedSince(tx, table, input)
  return {
    items,
    opened: whole,
    orphaned,
    skipped: [],
    cursor: books.cursor,
    lastCall: books.lastCall,
    changes: books.changes,
  }
}

import type { ItemEndState } from '../../domain/call/item.ts'
import { type Credits, minus, NO_CREDITS, plus } from '../../domain/credits/credits.ts'
import { LedgerError } from '../../domain/errors/errors.ts'
import { NO_CHANGES, readChanges } from '../../domain/run/changes.ts'
import type { FinishedCall } from '../../refresh/ports/calls.ts'
import type { CheckpointInput, CheckpointResult, CommittedItem, RunSums } from '../../refresh/ports/store.ts'
import type { Transaction } from '../client.ts'
import { wholeNumberSql } from '../dialect/casts.ts'
import { ownTables } from '../dialect/dialect-of.ts'
import type { OwnTables } from '../dialect/own-dialect.ts'
import { type CountRow, withCounts } from '../runs/runs.ts'
import { type Dialect, queryRows, raw, type Sql, sql } from '../sql.ts'

/** A run's credits and counters as the database has them, and what other runs hold of the same account. */
export interface Books extends RunSums {
  readonly checkpoint: number
  readonly duplicates: number
  readonly budget: Credits
  readonly reserve: Credits
  readonly heldElsewhere: Credits
}

type Row = Omit<Books, 'items' | 'calls' | 'changes'> & CountRow & { readonly changes: string | null }

export async function readBooks(tx: Transaction, dialect: Dialect, input: CheckpointInput): Promise<Books> {
  const own = ownTables(dialect)
  const books = sql`SELECT checkpoint, last_item AS "cursor", last_call AS "lastCall", duplicates, budget, reserve,
      spent, saved, held, unknown, refreshed, not_found AS "notFound", failed, unknown_items AS "unknownItems", superseded,
      calls_sent AS "callsSent", calls_throttled AS "callsThrottled", calls_failed AS "callsFailed",
      calls_unknown AS "callsUnknown", changes,
      (SELECT ${wholeNumberSql(dialect, raw('coalesce(sum(o.held), 0)'))} FROM ${own.run} AS o
        WHERE o.vendor = ${input.lease.vendor} AND o.no <> ${input.runNo}) AS "heldElsewhere"
    FROM ${own.run} WHERE no = ${input.runNo}`
  const [row] = await queryRows<Row>(tx, books)
  if (row === undefined) throw new LedgerError('the run is not in the database')
  return { ...withCounts(row), changes: readChanges(row.changes) ?? NO_CHANGES }
}

/** What a checkpoint adds to the books beside its input. `ended`: items that ended, and those that needed no call. */
type Entries = Pick<RunSums, 'cursor' | 'changes'> & Pick<CheckpointResult, 'opened'> & { ended: CommittedItem[] }

/** The run's sums once a checkpoint is in. */
export function bookEntries(books: Books, { finished, calls }: CheckpointInput, entries: Entries): RunSums {
  const { opened, ended, cursor, changes } = entries
  const reserved = plus(NO_CREDITS, ...opened.map((call) => call.reservation))
  const freed = plus(reservedBy(finished, 'settled'), reservedBy(finished, 'released'))
  const items: Record<ItemEndState, number> = { ...books.items }
  for (const { end } of ended) if (end !== null) items[end] += 1
  return {
    cursor,
    lastCall: books.lastCall + opened.length,
    spent: plus(books.spent, ...finished.map((call) => call.cost)),
    saved: plus(books.saved, ...finished.map((call) => call.saved)),
    held: minus(plus(books.held, reserved), freed),
    unknown: plus(books.unknown, reservedBy(finished, 'unknown')),
    items,
    calls: {
      sent: books.calls.sent + calls.sent,
      throttled: books.calls.throttled + calls.throttled,
      failed: books.calls.failed + calls.failed,
      unknown: books.calls.unknown + calls.unknown,
    },
    changes,
  }
}

/** Writes the run's row as the checkpoint leaves it. */
export function runWrite(own: OwnTables, input: CheckpointInput, now: RunSums): Sql {
  const { items, calls } = now
  return sql`UPDATE ${own.run} SET
    checkpoint = ${input.after + 1}, last_item = ${now.cursor}, last_call = ${now.lastCall},
    budget = ${BigInt(input.budget)}, spent = ${BigInt(now.spent)}, saved = ${BigInt(now.saved)}, held = ${BigInt(now.held)},
    unknown = ${BigInt(now.unknown)}, refreshed = ${items.refreshed}, not_found = ${items.notFound}, failed = ${items.failed},
    unknown_items = ${items.unknown}, superseded = ${items.superseded}, calls_sent = ${calls.sent},
    calls_throttled = ${calls.throttled}, calls_failed = ${calls.failed}, calls_unknown = ${calls.unknown},
    changes = ${JSON.stringify(now.changes)}, canary_done = ${input.canaryDone}, drift = ${BigInt(input.drift)},
    warnings = ${input.warnings.length === 0 ? null : JSON.stringify(input.warnings)},
    active_ms = ${BigInt(Math.round(input.activeMs))}
    WHERE no = ${input.runNo}`
}

/** Refuses to open calls that the budget or the account does not cover. */
export function checkCover(input: CheckpointInput, books: Books, { spent, held }: RunSums): void {
  if (plus(spent, held) > input.budget) throw new LedgerError('the calls to open are not covered by the budget')
  const { expected } = input.account
  if (expected !== null && minus(expected, books.reserve, held, books.heldElsewhere) < 0) {
    throw new LedgerError('the calls to open would take the account below its reserve')
  }
}

function reservedBy(finished: readonly FinishedCall[], state: FinishedCall['state']): Credits {
  return plus(NO_CREDITS, ...finished.filter((call) => call.state === state).map((call) => call.reservation))
}

import { type Credits, NO_CREDITS } from '../domain/credits.ts'
import { readPace } from '../domain/kept-pace.ts'
import type { RecordKey } from '../domain/record.ts'
import type { AccountState, NewRun, RunStore } from '../refresh/ports/store.ts'
import { checkpoint } from './checkpoint/checkpoint.ts'
import { interrupted } from './checkpoint/interrupted.ts'
import type { Connection, Transaction } from './client.ts'
import { withDatabaseErrors } from './database-error.ts'
import { jsonList } from './json-rows.ts'
import { noteReading } from './ledger/account-history.ts'
import { callsSince, chargesSince, spentSince } from './ledger/calls-since.ts'
import { liftCoolDowns } from './ledger/cool-downs.ts'
import { expireCalls } from './ledger/expired-calls.ts'
import { fenced, readLease, releaseLease, renewLease, takeLease } from './ledger/leases.ts'
import { settleUnknown } from './ledger/unknown-calls.ts'
import { pruneReplies } from './replies/reply-pages.ts'
import { pruneRuns } from './runs/prune-runs.ts'
import {
  controlRequestOf,
  ENDED,
  endRun,
  findRun,
  insertRun,
  latestInterrupted,
  reopenRun,
  unsettledRuns,
} from './runs/runs.ts'
import { lastSnapshotSql } from './runs/snapshots.ts'
import { select } from './selection/selection.ts'
import { sql } from './sql.ts'
import { ownTables } from './tables.ts'
import type { UserTable } from './user-table/user-table.ts'

/** The store on either database. Errors that waiting may mend come out as DatabaseUnavailableError. */
export function prismaStore(connection: Connection, table: UserTable): RunStore {
  const { client, dialect } = connection
  return withDatabaseErrors({
    readLease: (vendor) => readLease(client, vendor),
    takeLease: (vendor, me, seen, at) => takeLease(connection, vendor, me, seen, at),
    renewLease: (lease, expiresAt) => renewLease(client, lease, expiresAt),
    releaseLease: (lease) => releaseLease(client, lease),
    account: (vendor) => accountState(connection, vendor),
    setExpected: async (lease, { expected, doubted }, reported, reportedAt, resetAt) => {
      const heard = reported === null ? {} : { reportedBalance: big(reported), reportedAt: big(reportedAt) }
      const data = { expectedBalance: big(expected), doubtedBalance: BigInt(doubted), ...heard }
      await fenced(connection, lease, async (tx) => {
        await tx.account.update({ where: { vendor: lease.vendor }, data })
        if (expected === null || reportedAt === null) return
        await noteReading(tx, lease.vendor, { at: reportedAt, balance: expected, resetAt })
      })
    },
    spentSince: (vendor, sinceMs) => spentSince(client, dialect, vendor, sinceMs),
    chargesSince: (vendor, sinceMs) => chargesSince(client, dialect, vendor, sinceMs),
    callsSince: (vendor, sinceMs, now) => callsSince(client, dialect, vendor, sinceMs, now),
    createRun: (run, keys, lease) => fenced(connection, lease, (tx) => createRun(tx, connection, table, run, keys)),
    findRun: (id) => findRun(client, id),
    latestInterrupted: (vendor, job) => latestInterrupted(client, vendor, job),
    unsettledRuns: (vendor) => unsettledRuns(client, vendor),
    expireCalls: (lease, runNo) => expireCalls(connection, lease, runNo),
    reopenRun: (run, lease) => fenced(connection, lease, (tx) => reopenRun(tx, run)),
    controlRequest: (runNo) => controlRequestOf(client, runNo),
    endRun: (run, how, snapshot, lease) =>
      fenced(connection, lease, async (tx) => {
        await tx.$executeRaw(lastSnapshotSql(ownTables(dialect), run.no, snapshot))
        if (how.isMisfit) await liftCoolDowns(tx, dialect, table, run.no)
        if (how.status !== 'stopped') await tx.requestedKey.deleteMany({ where: { runNo: run.no } })
        return endRun(tx, run, how, snapshot)
      }),
    select: (request) => select(connection, table, request),
    interrupted: (run, recallPaid, named) => interrupted(client, table, run, recallPaid, named),
    checkpoint: (input) => checkpoint(connection, table, input),
    markSent: (lease, runNo, calls) =>
      fenced(connection, lease, async (tx) => {
        const where = { runNo, n: { in: [...calls] } }
        await tx.call.updateMany({ where, data: { leaseToken: BigInt(lease.token) } })
      }),
    settleUnknown: (lease, runNo, settled, now) => settleUnknown(connection, lease, runNo, settled, now),
    pruneReplies: (now, pages) => pruneReplies(client, dialect, now, pages),
    pruneRuns: (request) => pruneRuns(connection, request),
    close: () => connection.close(),
  })
}

export async function accountState({ client }: Connection, vendor: string): Promise<AccountState> {
  const [row, held, byEnded] = await Promise.all([
    client.account.findUnique({ where: { vendor } }),
    client.run.aggregate({ where: { vendor }, _sum: { held: true } }),
    client.run.aggregate({ where: { vendor, status: { in: [...ENDED] } }, _sum: { held: true } }),
  ])
  return {
    expected: credits(row?.expectedBalance),
    doubted: credits<Credits>(row?.doubtedBalance) ?? NO_CREDITS,
    reported: credits(row?.reportedBalance),
    reportedAt: credits(row?.reportedAt),
    pace: readPace(row?.pace ?? null),
    foundWith: JSON.parse(row?.foundWith ?? '[]') as string[],
    held: Number(held._sum.held ?? 0n) as Credits,
    heldByEnded: Number(byEnded._sum.held ?? 0n) as Credits,
  }
}

/** A batch of keys that the statement's JSON parameter still carries with ease. */
const KEYS_A_STATEMENT = 50_000

async function createRun(
  tx: Transaction,
  connection: Connection,
  table: UserTable,
  run: NewRun,
  keys: readonly RecordKey[] | null,
) {
  const created = await insertRun(tx, run, table.label)
  const own = ownTables(connection.dialect)
  for (let at = 0; keys !== null && at < keys.length; at += KEYS_A_STATEMENT) {
    const some = jsonList(connection.dialect, 'text', keys.slice(at, at + KEYS_A_STATEMENT))
    await tx.$executeRaw(sql`INSERT INTO ${own.requestedKey} (run_no, key)
      SELECT CAST(${created.no} AS INTEGER), v.value FROM (${some}) AS v`)
  }
  return created
}

function big(value: number | null): bigint | null {
  return value === null ? null : BigInt(value)
}

function credits<T extends number>(value: bigint | null | undefined): T | null {
  return value === null || value === undefined ? null : (Number(value) as T)
}

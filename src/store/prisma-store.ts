import { readPace } from '../domain/run/kept-pace.ts'
import type { RecordKey } from '../domain/values/record.ts'
import type { AccountState, NewRun, RunStore } from '../refresh/ports/store.ts'
import { checkpoint } from './checkpoint/checkpoint.ts'
import { interrupted } from './checkpoint/interrupted.ts'
import type { Connection, Transaction } from './client.ts'
import { withDatabaseErrors } from './database-error.ts'
import { ownDialect, ownTables } from './dialect/dialect-of.ts'
import { jsonList } from './json-rows.ts'
import { noteReading } from './ledger/account-history.ts'
import { callsSince, chargesSince, spentSince } from './ledger/calls-since.ts'
import { fenced, leaseStore } from './ledger/leases.ts'
import { expireCalls, settleUnknown } from './ledger/unknown-calls.ts'
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
import { liftCoolDowns } from './selection/cooling-down.ts'
import { select } from './selection/selection.ts'
import { plain, sql } from './sql.ts'
import type { UserTable } from './user-table/user-table.ts'

/** The store on any database. Throws DatabaseUnavailableError where waiting may help. */
export function prismaStore(connection: Connection, table: UserTable): RunStore {
  const { client, dialect } = connection
  return withDatabaseErrors({
    ...leaseStore(connection),
    account: (vendor) => accountState(connection, vendor),
    setExpected: async (lease, { runNo, expected, doubted, drift }, reported, reportedAt, resetAt) => {
      const heard = reported === null ? {} : { reportedBalance: reported, reportedAt }
      const data = { expectedBalance: expected, doubtedBalance: doubted, ...heard }
      await fenced(connection, lease, async (tx) => {
        await tx.account.update({ where: { vendor: lease.vendor }, data })
        await tx.run.update({ where: { no: runNo }, data: { drift } })
        if (expected === null || reportedAt === null) return
        await noteReading(tx, lease.vendor, { at: reportedAt, balance: expected, resetAt })
      })
    },
    spentSince: (vendor, sinceMs) => spentSince(client, dialect, vendor, sinceMs),
    chargesSince: (vendor, sinceMs) => chargesSince(client, dialect, vendor, sinceMs),
    callsSince: (vendor, sinceMs, now) => callsSince(client, dialect, vendor, sinceMs, now),
    createRun: (run, keys, lease) => fenced(connection, lease, (tx) => createRun(tx, table, run, keys ?? [])),
    findRun: (id) => findRun(client, id),
    latestInterrupted: (vendor, job) => latestInterrupted(client, vendor, job),
    unsettledRuns: (vendor) => unsettledRuns(client, vendor),
    expireCalls: (lease, runNo) => fenced(connection, lease, (tx) => expireCalls(tx, dialect, runNo)),
    reopenRun: (run, lease) => fenced(connection, lease, (tx) => reopenRun(tx, run)),
    controlRequest: (runNo) => controlRequestOf(client, runNo),
    endRun: (run, how, snapshot, lease) =>
      fenced(connection, lease, async (tx) => {
        await tx.$executeRaw(lastSnapshotSql(dialect, run.no, snapshot))
        if (how.isMisfit) await liftCoolDowns(tx, table, run.no)
        if (how.status !== 'stopped') await tx.requestedKey.deleteMany({ where: { runNo: run.no } })
        return endRun(tx, run, how, snapshot)
      }),
    select: (request) => fenced(connection, request.lease, (tx) => select(tx, table, request)),
    interrupted: (run, recallPaid, named) => interrupted(client, table, run, recallPaid, named),
    checkpoint: (input) => checkpoint(connection, table, input),
    markSent: (lease, runNo, calls) =>
      fenced(connection, lease, async (tx) => {
        const where = { runNo, n: { in: [...calls] } }
        await tx.call.updateMany({ where, data: { leaseToken: lease.token } })
      }),
    settleUnknown: (lease, runNo, settled, now) =>
      connection.transaction((tx) => settleUnknown(tx, lease, runNo, settled, now)),
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
  const sums = plain<Omit<AccountState, 'pace' | 'foundWith'>>({
    expected: row?.expectedBalance ?? null,
    doubted: row?.doubtedBalance ?? 0,
    reported: row?.reportedBalance ?? null,
    reportedAt: row?.reportedAt ?? null,
    held: held._sum.held ?? 0,
    heldByEnded: byEnded._sum.held ?? 0,
  })
  return { ...sums, pace: readPace(row?.pace ?? null), foundWith: JSON.parse(row?.foundWith ?? '[]') as string[] }
}

/** A batch of keys that the statement's JSON parameter still carries with ease. */
const KEYS_A_STATEMENT = 50_000

async function createRun(tx: Transaction, { label, dialect }: UserTable, run: NewRun, keys: readonly RecordKey[]) {
  const created = await insertRun(tx, run, label)
  for (let at = 0; at < keys.length; at += KEYS_A_STATEMENT) {
    const some = jsonList(dialect, 'key', keys.slice(at, at + KEYS_A_STATEMENT))
    await tx.$executeRaw(sql`INSERT INTO ${ownTables(dialect).requestedKey} (run_no, "key")
      SELECT ${ownDialect(dialect).wholeNumber(created.no)}, v.value FROM (${some}) AS v`)
  }
  return created
}

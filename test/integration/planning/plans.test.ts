import { expect, it } from 'vitest'
import { untriedSql } from '../../../src/store/checkpoint/opening.ts'
import { paidRecordsSql } from '../../../src/store/checkpoint/paid-records.ts'
import { callsSql, itemsSql, memorySql } from '../../../src/store/checkpoint/writes.ts'
import { ownTables } from '../../../src/store/dialect/dialect-of.ts'
import { callCostsSql } from '../../../src/store/ledger/call-costs.ts'
import { migrate } from '../../../src/store/migrations/migrate.ts'
import { pruneReplies, pruneSql } from '../../../src/store/replies/reply-pages.ts'
import { allItemsSql } from '../../../src/store/runs/items.ts'
import { outcomesSql } from '../../../src/store/runs/outcomes.ts'
import { pruneRunSql } from '../../../src/store/runs/prune-runs.ts'
import { clearSql } from '../../../src/store/selection/cooling-down.ts'
import { duplicatesSql } from '../../../src/store/selection/duplicates.ts'
import { type Dialect, raw, type Sql, sql } from '../../../src/store/sql.ts'
import type { UserTable } from '../../../src/store/user-table/user-table.ts'
import { onEachDatabase, openDatabase, type TestDatabase } from '../../support/databases/databases.ts'
import { EXPLAIN, numbersSql } from '../../support/databases/of-database.ts'
import { planText } from '../../support/databases/plan-text.ts'

const ROWS = 20_000

/** Fills spenddown's tables, so that the planner has something to scan if it wants to. */
async function filled(dialect: Dialect): Promise<TestDatabase> {
  const database = await openDatabase(dialect)
  await migrate(database.connection)
  const own = ownTables(dialect)
  const numbers = raw(numbersSql(dialect, ROWS))
  const { client } = database.connection
  await client.$executeRaw(
    sql`INSERT INTO ${own.item} (run_no, seq, "key") SELECT 1, i, concat(i) FROM (${numbers}) AS n`,
  )
  await client.$executeRaw(
    sql`INSERT INTO ${own.call} (run_no, n, state, items, reservation, opened_at) SELECT 1, i, 'settled', '[1]', 1, 1 FROM (${numbers}) AS n`,
  )
  await client.$executeRaw(
    sql`INSERT INTO ${own.memory} (vendor, source, "key", tried_at, outcome) SELECT 'acme', 'people', concat(i), 1, 'refreshed' FROM (${numbers}) AS n`,
  )
  await client.$executeRaw(
    sql`INSERT INTO ${own.duplicate} (run_no, seq, "key") SELECT 1, i, concat(i) FROM (${numbers}) AS n`,
  )
  await client.$executeRaw(
    sql`INSERT INTO ${own.replyPage} (run_no, checkpoint, part, stamped_at, expires_at, calls, not_refreshed, body)
      SELECT i % 50, i, 0, i, i, 1, '[]', ${Buffer.from('x')} FROM (${numbers}) AS n`,
  )
  return database
}

async function planOf({ dialect, connection }: TestDatabase, statement: Sql): Promise<string> {
  const explain = raw(EXPLAIN[dialect])
  const rows = await connection.client.$queryRaw<Record<string, unknown>[]>(sql`${explain} ${statement}`)
  return planText(rows)
}

/** Nothing of ours or of the user's is read from end to end; the batch itself may be. */
const SCANS = /SCAN (?!j\b|v\b|CONSTANT)|Seq Scan on|^(?!j |<)\S+ (ALL|index) /m

onEachDatabase((dialect) => {
  it('a checkpoint reaches items, calls and memory by their keys, and scans none of them', async () => {
    const database = await filled(dialect)
    const table = { dialect, label: 'people' } as UserTable
    const lease = { vendor: 'acme', token: 1, expiresAt: 0 }
    const statements = [
      itemsSql(dialect, 1, [[17, 'refreshed', 0, null]]),
      callsSql(dialect, 1, [{ n: 17, state: 'settled', items: '[17]', reservation: 1, cost: 1, status: 200 }]),
      memorySql(table, { lease, now: 1 }, [['17', 'refreshed', 1, null, null, 1, 0, 5, 0, 1, 0]]),
      paidRecordsSql(table, 'acme', ['17']),
      untriedSql(table, 1, 500, 10),
      duplicatesSql(dialect, 1, [{ seq: 17 }]),
      clearSql(table, { vendor: 'acme', now: 1, outcome: null, keys: ['17'], condition: null }),
    ]
    for (const statement of statements) expect(await planOf(database, statement)).not.toMatch(SCANS)
    // What is sorted has been read whole: all that are left of a run, for each of its checkpoints.
    expect(await planOf(database, untriedSql(table, 1, 500, 10))).not.toMatch(/Sort|TEMP B-TREE|filesort/)
    await database.drop()
  })

  it('kept replies are deleted by their time, and never all looked at', async () => {
    const database = await filled(dialect)
    expect(await planOf(database, pruneSql(dialect, 500, 50))).not.toMatch(SCANS)
    expect(await pruneReplies(database.connection.client, dialect, 120, 50)).toBe(50)
    expect(await pruneReplies(database.connection.client, dialect, 120, 100)).toBe(70)
    expect(await pruneReplies(database.connection.client, dialect, 120, 100)).toBe(0)
    await database.drop()
  })

  it('what is kept of a run is deleted by its keys, and no more of it is looked at than goes', async () => {
    const database = await filled(dialect)
    for (const { first, remove } of pruneRunSql(dialect, 1, 1_000)) {
      for (const statement of first === null ? [remove(0)] : [first, remove(5_000)])
        expect(await planOf(database, statement)).not.toMatch(SCANS)
      // What is sorted has been read whole: all that is left of a run, for each batch of it.
      expect(await planOf(database, remove(5_000))).not.toMatch(/Sort|TEMP B-TREE|filesort/)
    }
    await database.drop()
  })

  it('a report reads one run by its keys: its items once, and its calls once', async () => {
    const database = await filled(dialect)
    const { client } = database.connection
    // Most of what is there is of other runs.
    const { item, call } = ownTables(dialect)
    await client.$executeRaw(sql`UPDATE ${item} SET run_no = 2, state = 'failed' WHERE seq > 500`)
    await client.$executeRaw(sql`UPDATE ${call} SET run_no = 2, cost = 1 WHERE n > 500`)
    if (dialect === 'postgresql') await client.$executeRaw(raw('ANALYZE'))
    if (dialect === 'mysql') await client.$queryRaw(sql`ANALYZE TABLE ${item}, ${call}`)
    const statements = [outcomesSql(dialect, 1, 50), callCostsSql(dialect, 1), allItemsSql(dialect, 1, 100, 100)]
    for (const statement of statements) {
      const plan = await planOf(database, statement)
      expect(plan).not.toMatch(
        /SCAN (i|c|"?spenddown_(item|call)"?)\b|Seq Scan on (item|call)|^(i|c|spenddown_(item|call)) (ALL|index) /m,
      )
    }
    await database.drop()
  })

  it('the pattern sees a scan where there is one', async () => {
    const database = await filled(dialect)
    const statement = sql`SELECT seq FROM ${ownTables(dialect).item} WHERE reason = 'none'`
    expect(await planOf(database, statement)).toMatch(SCANS)
    await database.drop()
  })
})

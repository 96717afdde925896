import type { RecordKey } from '../../domain/values/record.ts'
import type { Condition } from '../../domain/values/where.ts'
import { ownDialect, ownTables, userTableDialect } from '../dialect/dialect-of.ts'
import { jsonList, jsonRows } from '../json-rows.ts'
import { allOf, type Db, queryRows, type Reader, raw, type Sql, sql } from '../sql.ts'
import { columnSql, tableSql, type UserTable } from '../user-table/user-table.ts'
import { whereSql } from '../user-table/where/where-sql.ts'

type Outcome = 'notFound' | 'failed'

/** Which records are meant: of those that are cooling down at `now` (epoch ms), those of which all of it holds. */
export interface CoolingSelection {
  readonly vendor: string
  readonly now: number
  readonly outcome: Outcome | null
  readonly keys: readonly RecordKey[] | null
  /** On the user's table; null: a record counts that is not in the table any more, too. */
  readonly condition: Condition | null
}

/** Instants are epoch milliseconds. */
export interface CoolingRow {
  readonly key: RecordKey
  readonly outcome: Outcome
  readonly triedAt: number
  readonly until: number
}

/** How many records are cooling down, by how they ended. */
export async function countCooling(db: Reader, table: UserTable, which: CoolingSelection) {
  const { memory } = ownTables(table.dialect)
  const counting = sql`SELECT m.outcome, count(*) AS n FROM ${memory} AS m
    WHERE ${cooling(table, which)} GROUP BY m.outcome`
  const rows = await queryRows<{ outcome: Outcome; n: number }>(db, counting)
  const of = (outcome: Outcome) => rows.find((row) => row.outcome === outcome)?.n ?? 0
  return { notFound: of('notFound'), failed: of('failed') }
}

/** The records that are cooling down, the latest tried first. */
export function listCooling(db: Reader, table: UserTable, which: CoolingSelection, limit: number) {
  const latest = sql`SELECT m.key, m.outcome, m.tried_at AS "triedAt", m.cool_down_until AS "until"
    FROM ${ownTables(table.dialect).memory} AS m WHERE ${cooling(table, which)}
    ORDER BY m.tried_at DESC, m.key LIMIT ${ownDialect(table.dialect).wholeNumber(limit)}`
  return queryRows<CoolingRow>(db, latest)
}

/** So many runs at most are searched for reasons: an item is found by its key only by reading all of its run's. */
const RUNS_SEARCHED = 3

/** Why records failed, by their keys, as far as the latest runs that may have tried them still know. */
export async function reasonsOf(db: Reader, table: UserTable, vendor: string, rows: readonly CoolingRow[]) {
  const failed = rows.filter(({ outcome }) => outcome === 'failed')
  if (failed.length === 0) return new Map<RecordKey, string>()
  const own = ownTables(table.dialect)
  const tried = failed.map(({ triedAt }) => triedAt)
  const [first, last] = [BigInt(Math.min(...tried)), BigInt(Math.max(...tried))]
  const keys = failed.map(({ key }) => key)
  const reasons = sql`SELECT i.key AS "key", i.reason AS reason FROM ${own.item} AS i
    WHERE i.run_no IN (SELECT latest.no FROM (SELECT r.no FROM ${own.run} AS r WHERE r.vendor = ${vendor} AND r.source = ${table.label}
        AND r.created_at <= ${last} AND (r.ended_at IS NULL OR r.ended_at >= ${first})
        ORDER BY r.no DESC LIMIT ${raw(String(RUNS_SEARCHED))}) AS latest)
      AND i.state = 'failed' AND i.reason IS NOT NULL AND i.key IN (${jsonList(table.dialect, 'key', keys)})
    ORDER BY i.run_no`
  const found = await queryRows<{ key: RecordKey; reason: string }>(db, reasons)
  return new Map(found.map(({ key, reason }) => [key, reason]))
}

/**
 * Lifts the cool-down of the selected records; answers how many there were. It needs no lease: a run tries only records
 * that are not cooling down, and a cool-down that it writes meanwhile belongs to a later try, and stays. Runs see the
 * lifted records when they select more.
 */
export function clearCooling(db: Pick<Db, '$executeRaw'>, table: UserTable, which: CoolingSelection): Promise<number> {
  return db.$executeRaw(clearSql(table, which))
}

/** Exported for the test of its plan. */
export function clearSql(table: UserTable, which: CoolingSelection): Sql {
  const { tables, writes } = ownDialect(table.dialect)
  const { keys } = which
  const lifted = raw('cool_down_until = NULL')
  const where = cooling(table, { ...which, keys: null })
  if (keys === null) return sql`UPDATE ${tables.memory} AS m SET ${lifted} WHERE ${where}`
  const list = jsonRows(
    table.dialect,
    keys.map((key) => [key]),
    { key: 'key' },
  )
  return writes.updateListed({ table: tables.memory, alias: 'm', where, columns: ['key'], list }, lifted)
}

/**
 * Lifts the cool-downs of the records that the run missed, or that failed in it, and of their duplicates; what it missed
 * by a fault of its config is no miss of theirs.
 */
export async function liftCoolDowns(tx: Db, table: UserTable, runNo: number): Promise<void> {
  const { tables: own, writes } = ownDialect(table.dialect)
  const ended = sql`i.run_no = ${runNo} AND i.state IN ('notFound', 'failed')`
  const missed = {
    table: own.memory,
    alias: 'm',
    where: sql`m.source = ${table.label} AND m.vendor = (SELECT r.vendor FROM ${own.run} AS r WHERE r.no = ${runNo})`,
    columns: ['key'],
    list: sql`SELECT i.key AS "key" FROM ${own.item} AS i WHERE ${ended} UNION ALL SELECT d.key
      FROM ${own.item} AS i JOIN ${own.duplicate} AS d ON d.run_no = i.run_no AND d.seq = i.seq WHERE ${ended}`,
  }
  const lifted = raw(`cool_down_until = NULL,
    missed = CASE WHEN outcome = 'notFound' AND missed > 0 THEN missed - 1 ELSE missed END`)
  await tx.$executeRaw(writes.updateListed(missed, lifted))
}

function cooling(table: UserTable, { vendor, now, outcome, keys, condition }: CoolingSelection): Sql {
  const parts = [
    sql`m.vendor = ${vendor} AND m.source = ${table.label} AND m.cool_down_until > ${BigInt(now)}`,
    ...(outcome === null ? [] : [sql`m.outcome = ${outcome}`]),
    ...(keys === null ? [] : [sql`m.key IN (${jsonList(table.dialect, 'key', keys)})`]),
    ...(condition === null ? [] : [inTable(table, condition)]),
  ]
  return allOf(parts)
}

/** Record by record, by the table's key: PostgreSQL, which may know nothing of the tables yet, has no worse way left. */
function inTable(table: UserTable, condition: Condition): Sql {
  const key = userTableDialect(table.dialect).keys.fromText(table, raw('m.key'))
  return sql`EXISTS (SELECT 1 FROM ${tableSql(table)} AS t
    WHERE ${columnSql(table.key, 't')} = ${key} AND ${whereSql(condition, table, 't')})`
}

import { grouped } from '../../domain/values/grouped.ts'
import type { ImportRow, Reject } from '../../import/ports.ts'
import { userTableDialect } from '../dialect/dialect-of.ts'
import { type Db, queryJsonList } from '../sql.ts'
import { inHalves } from '../user-table/write/in-halves.ts'
import { attempt } from '../user-table/write/savepoint.ts'
import type { ImportColumn, ImportTarget } from './describe-target.ts'
import { absentSql, changeSql, type Group, insertSql } from './upsert-sql.ts'
import { type RecordRow, waves } from './waves.ts'

/** What became of a batch, or of a part of it. Lines in none of these changed nothing. */
interface Upserted {
  readonly inserted: number
  readonly changed: number
  readonly rejects: readonly Reject[]
}

const NOT_TAKEN = 'the database did not take the record (a trigger, or a row policy)'
/** So many records of a batch, from all over it, tell whether it is a batch of new ones. */
const PROBED = 100
/** Someone else may add a record while this one looks: it is looked up again. */
const PASSES = 3

/**
 * Adds the records that are not there, and changes those that are where a value differs, in the caller's transaction.
 * What does not differ is not touched: no row version, no trigger, no lock. A record that the database refuses does not
 * spoil the batch: it is halved until that record is alone. Other errors are the caller's.
 */
export async function upsert(db: Db, target: ImportTarget, rows: readonly ImportRow[]): Promise<Upserted> {
  const sum = { inserted: 0, changed: 0, rejects: [] as Reject[] }
  const writeTogether = (some: readonly RecordRow[]) =>
    attempt(db, async () => {
      const { inserted, changed, rejects } = await write(db, target, some)
      sum.inserted += inserted
      sum.changed += changed
      sum.rejects.push(...rejects)
      return null
    })
  for (const wave of waves(target, rows)) {
    for (const some of groups(target, wave))
      await inHalves(some, writeTogether, (row, reason) => sum.rejects.push(...rejectsOf(row, reason)))
  }
  return sum
}

/** No two of the records have the same key. */
async function write(db: Db, target: ImportTarget, records: readonly RecordRow[]): Promise<Upserted> {
  const group = groupOf(target, records)
  if ((await looksNew(db, group)) && (await addAll(db, group))) {
    return { inserted: records.length, changed: 0, rejects: [] }
  }
  let left = group.rows.map((_, at) => at)
  let inserted = 0
  let changed = 0
  const rejects: Reject[] = []
  const reject = (at: number, reason: string) => rejects.push(...rejectsOf(records[at] as RecordRow, reason))
  for (let pass = 1; left.length > 0; pass++) {
    const now = left
    const absent = new Set(
      (await queryJsonList<number>(db, absentSql(pick(group, now)))).map((at) => now[at] as number),
    )
    const adding = now.filter((at) => absent.has(at) && missing(group, at) === undefined)
    for (const at of absent) {
      const column = missing(group, at)
      if (column !== undefined) reject(at, `a new record needs a value for "${column.name}"`)
      else if (pass === PASSES) reject(at, NOT_TAKEN)
    }
    const there = now.filter((at) => !absent.has(at))
    changed += await change(db, pick(group, there))
    if (pass === PASSES) break
    const added = adding.length === 0 ? 0 : await db.$executeRaw(insertSql(pick(group, adding)))
    inserted += added
    left = added === adding.length ? [] : adding
  }
  await userTableDialect(target.table.dialect).updates.checkDeferred(db, target.table)
  return { inserted, changed, rejects }
}

/** Whether all of some records are new: then most likely all are, and looking each up costs as much as adding. */
async function looksNew(db: Db, group: Group): Promise<boolean> {
  const { rows, target } = group
  if (!userTableDialect(target.table.dialect).imports.addsFreely || rows.length < 2 * PROBED) return false
  if (rows.some((_, at) => missing(group, at) !== undefined)) return false
  const every = Math.floor(rows.length / PROBED)
  const some = { ...group, rows: rows.filter((_, at) => at % every === 0) }
  return (await queryJsonList<number>(db, absentSql(some))).length === some.rows.length
}

/** Adds all of them, or none. */
async function addAll(db: Db, group: Group): Promise<boolean> {
  const work = async () => {
    const added = await db.$executeRaw(insertSql(group))
    await userTableDialect(group.target.table.dialect).updates.checkDeferred(db, group.target.table)
    return added < group.rows.length ? 'some are there' : null
  }
  const why = await attempt(db, work, 'spenddown_addition')
  return why === null
}

async function change(db: Db, group: Group): Promise<number> {
  if (group.rows.length === 0) return 0
  // A join with a table that SQLite believes tiny is planned as a scan of it; with one row there is nothing to plan.
  const parts = group.target.table.believedTiny ? group.rows.map((row) => ({ ...group, rows: [row] })) : [group]
  let count = 0
  for (const part of parts) {
    const statement = changeSql(part)
    if (statement !== null) count += await db.$executeRaw(statement)
  }
  return count
}

/** The column without which the record cannot be added, if it has no value for one. */
function missing({ target, columns, rows }: Group, at: number): ImportColumn | undefined {
  const given = (column: ImportColumn) => rows[at]?.[columns.indexOf(column)] ?? null
  return target.columns.find((column) => column.required && given(column) === null)
}

function rejectsOf(row: RecordRow, reason: string): Reject[] {
  return [row, ...(row.repeats ?? [])].map(({ line, text }) => ({ line, reason, text }))
}

/**
 * Records with values for the same columns go into one statement. What a line does not say may go as NULL where that
 * means nothing, so that most batches are one group; a column with a default is left out, or a new record would lack it.
 */
export function groups(target: ImportTarget, rows: readonly RecordRow[]): (readonly RecordRow[])[] {
  const places = target.columns.flatMap((column, at) => (mayBeLeftOut(target, column) ? [at] : []))
  if (places.length === 0) return [rows]
  return grouped(rows, ({ values }) => places.map((at) => (values[at] === undefined ? '-' : '+')).join(''))
}

export function groupOf(target: ImportTarget, rows: readonly RecordRow[]): Group {
  const places = target.columns.flatMap((column, at) => {
    return rows[0]?.values[at] === undefined && mayBeLeftOut(target, column) ? [] : [at]
  })
  const all = places.length === target.columns.length
  return {
    target,
    columns: places.map((at) => target.columns[at] as ImportColumn),
    rows: rows.map(({ values }) => (all ? values : places.map((at) => values[at]))),
  }
}

function mayBeLeftOut({ nullsOverwrite }: ImportTarget, { hasDefault }: ImportColumn): boolean {
  return nullsOverwrite || hasDefault === true
}

function pick(group: Group, places: readonly number[]): Group {
  if (places.length === group.rows.length) return group
  return { ...group, rows: places.map((at) => group.rows[at] as (string | null)[]) }
}

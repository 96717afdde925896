import type { ImportRow, Reject } from '../../import/ports.ts'
import { userTableDialect } from '../dialect/dialect-of.ts'
import type { Db } from '../sql.ts'
import { queryJson } from '../user-table/read/query-json.ts'
import { halveOr } from '../user-table/write/halve.ts'
import { attempt, attemptUnless } from '../user-table/write/savepoint.ts'
import type { ImportColumn, ImportTarget } from './target.ts'
import { absentSql, changeSql, type Group, insertSql, repeatedSql } from './upsert-sql.ts'
import { type RecordRow, waves } from './waves.ts'

/** What became of a batch. Lines in none of these changed nothing. */
export interface Upserted {
  readonly inserted: number
  readonly changed: number
  readonly rejects: readonly Reject[]
}

/** What one group's records came to. `refused` are places of records that the database did not take. */
interface Written {
  readonly inserted: number
  readonly changed: number
  readonly refused: readonly { readonly at: number; readonly reason: string }[]
}

const NOT_TAKEN = 'the database did not take the record (a trigger, or a row policy)'
/** Someone else may add a record while this one looks: it is looked up again. */
const PASSES = 3
/** So many records of a batch, from all over it, tell whether it is a batch of new ones. */
const PROBED = 100

/**
 * Adds the records that are not there, and changes those that are where a value differs, in the caller's transaction.
 * What does not differ is not touched: no row version, no trigger, no lock. A record that the database refuses does not
 * spoil the batch: it is halved until that record is alone. Other errors are the caller's.
 */
export async function upsert(db: Db, target: ImportTarget, rows: readonly ImportRow[]): Promise<Upserted> {
  const sum = { inserted: 0, changed: 0, rejects: [] as Reject[] }
  for (const wave of waves(target, rows)) {
    for (const some of groups(target, wave)) await writeOrHalve(db, target, some, sum)
  }
  return sum
}

type Sum = { inserted: number; changed: number; readonly rejects: Reject[] }

async function writeOrHalve(db: Db, target: ImportTarget, rows: readonly RecordRow[], sum: Sum): Promise<void> {
  if (rows.length === 0) return
  const result = await attempt(db, () => write(db, groupOf(target, rows)))
  if ('done' in result) {
    const { inserted, changed, refused } = result.done
    sum.inserted += inserted
    sum.changed += changed
    for (const { at, reason } of refused) sum.rejects.push(...rejectsOf(rows[at] as RecordRow, reason))
    return
  }
  await halveOr(
    rows,
    (part) => writeOrHalve(db, target, part, sum),
    (row) => sum.rejects.push(...rejectsOf(row, result.refusal)),
  )
}

async function write(db: Db, group: Group): Promise<Written> {
  if (!group.target.looseKey) return writeOnce(db, group)
  const repeated = new Set(await queryJson<number[]>(db, repeatedSql(group)))
  if (repeated.size === 0) return writeOnce(db, group)
  const places = group.rows.map((_, at) => at)
  const parts = [places.filter((at) => !repeated.has(at)), places.filter((at) => repeated.has(at))]
  const sum = { inserted: 0, changed: 0, refused: [] as Written['refused'][number][] }
  for (const part of parts) {
    const { inserted, changed, refused } = await write(db, pick(group, part))
    sum.inserted += inserted
    sum.changed += changed
    sum.refused.push(...refused.map(({ at, reason }) => ({ at: part[at] as number, reason })))
  }
  return sum
}

/** No two of the group's records have the same key. */
async function writeOnce(db: Db, group: Group): Promise<Written> {
  if (await looksNew(db, group)) {
    const all = await addAll(db, group)
    if (all !== null) return all
  }
  return writeEach(db, group)
}

async function writeEach(db: Db, group: Group): Promise<Written> {
  const lacking = group.target.columns.find((column) => column.required && !group.columns.includes(column)) ?? null
  let left = group.rows.map((_, at) => at)
  let inserted = 0
  let changed = 0
  const refused: { at: number; reason: string }[] = []
  for (let pass = 1; left.length > 0; pass++) {
    const now = left
    const absent = new Set((await queryJson<number[]>(db, absentSql(pick(group, now)))).map((at) => now[at] as number))
    const adding = lacking !== null ? [] : now.filter((at) => absent.has(at) && missing(group, at) === null)
    for (const at of absent) {
      const column = lacking ?? missing(group, at)
      if (column !== null) refused.push({ at, reason: `a new record needs a value for "${column.name}"` })
      else if (pass === PASSES) refused.push({ at, reason: NOT_TAKEN })
    }
    changed += await change(
      db,
      pick(
        group,
        now.filter((at) => !absent.has(at)),
      ),
    )
    if (pass === PASSES) break
    const added = await add(db, pick(group, adding))
    inserted += added
    left = added === adding.length ? [] : adding
  }
  return { inserted, changed, refused }
}

/**
 * Whether all of some records are new: then most likely all are, and looking each up before it is added would cost as
 * much as adding it.
 */
async function looksNew(db: Db, { target, columns, rows }: Group): Promise<boolean> {
  if (!userTableDialect(target.table.dialect).imports.addsFreely || rows.length < 2 * PROBED) return false
  if (target.columns.some((column) => column.required && !columns.includes(column))) return false
  const every = Math.floor(rows.length / PROBED)
  const some = rows.filter((_, at) => at % every === 0)
  return (await queryJson<number[]>(db, absentSql({ target, columns, rows: some }))).length === some.length
}

/** Adds all of them, or none: null. */
async function addAll(db: Db, group: Group): Promise<Written | null> {
  if (group.rows.some((_, at) => missing(group, at) !== null)) return null
  const added = await attemptUnless(
    db,
    () => add(db, group),
    (count) => count < group.rows.length,
  )
  return added === null ? null : { inserted: added, changed: 0, refused: [] }
}

async function add(db: Db, group: Group): Promise<number> {
  if (group.rows.length === 0) return 0
  const count = await db.$executeRaw(insertSql(group))
  await checkNow(db, group)
  return count
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
  await checkNow(db, group)
  return count
}

/** What would be checked at commit is checked here, where it can still be undone for one record alone. */
async function checkNow(db: Db, { target }: Group): Promise<void> {
  await userTableDialect(target.table.dialect).updates.checkDeferred(db, target.table)
}

/** The column without which the record cannot be added, if it has no value for one. */
function missing({ columns, rows }: Group, at: number): ImportColumn | null {
  return columns.find(({ required }, place) => required && (rows[at]?.[place] ?? null) === null) ?? null
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
  const found = new Map<string, RecordRow[]>()
  for (const row of rows) {
    let id = ''
    for (const at of places) id += row.values[at] === undefined ? '-' : '+'
    const group = found.get(id)
    if (group === undefined) found.set(id, [row])
    else group.push(row)
  }
  return [...found.values()]
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
  return nullsOverwrite || hasDefault
}

function pick(group: Group, places: readonly number[]): Group {
  if (places.length === group.rows.length) return group
  return { ...group, rows: places.map((at) => group.rows[at] as (string | null)[]) }
}

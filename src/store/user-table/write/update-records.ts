import type { ColumnValues, Precondition, RecordKey } from '../../../domain/record.ts'
import { userTableDialect } from '../../dialect/dialect-of.ts'
import type { UpdateRow } from '../../dialect/update-dialect.ts'
import { cell, cellNames } from '../../dialect/update-parts.ts'
import { type Db, join, raw, type Sql, sql } from '../../sql.ts'
import { keySql } from '../read/key-sql.ts'
import { queryJson } from '../read/query-json.ts'
import { notNewerSql } from '../read/refreshed-at-sql.ts'
import { type Column, columnOf, type UserTable } from '../user-table.ts'
import { halveOr } from './halve.ts'
import { attempt } from './savepoint.ts'
import { stampText } from './stamp.ts'

export interface RecordUpdate {
  readonly key: RecordKey
  /** The record's `refreshedAt` when it was selected, as `refreshedAtSql` writes it; null: never refreshed. */
  readonly selectedAt: string | null
  /** As `encodeValues` makes them. */
  readonly values: ColumnValues
  /** What the record must still hold. */
  readonly precondition?: Precondition | undefined
}

/** Where every record of a batch ended, each in one list only, in the order given. */
export interface Updated {
  readonly updated: RecordKey[]
  /** Someone else refreshed it since it was selected. */
  readonly superseded: RecordKey[]
  /** Someone has changed the column since the record was read. */
  readonly changed: { readonly key: RecordKey; readonly column: string }[]
  readonly gone: RecordKey[]
  /** The database would not have these values; the words are the database's. */
  readonly rejected: { readonly key: RecordKey; readonly problem: string }[]
}

/**
 * Writes fresh values and stamps the records, in the caller's transaction. Values that the database refuses do not
 * spoil the batch: it is halved until they stand alone. Other errors are the caller's. `refreshedAt` null: the rows
 * bring their stamps among their values.
 */
export async function updateRecords(
  db: Db,
  table: UserTable,
  rows: readonly RecordUpdate[],
  refreshedAt: Date | null,
): Promise<Updated> {
  if (new Set(rows.map(({ key }) => key)).size < rows.length) throw new Error('a batch names a record twice')
  const batch: Batch = {
    db,
    table,
    stamp: refreshedAt === null ? null : stampText(table, refreshedAt),
    written: new Set(),
    refused: new Map(),
  }
  for (const { rows: some, ...columns } of groupByColumns(table, rows)) {
    if (columns.written.length > 0 || table.refreshedAt !== null) await writeOrHalve(batch, columns, some)
  }
  return settle(batch, rows)
}

interface Batch {
  readonly db: Db
  readonly table: UserTable
  readonly stamp: string | null
  readonly written: Set<RecordKey>
  readonly refused: Map<RecordKey, string>
}

async function writeOrHalve(batch: Batch, columns: BatchColumns, rows: readonly UpdateRow[]): Promise<void> {
  const result = await attempt(batch.db, () => write(batch, columns, rows))
  if ('done' in result) {
    for (const key of result.done) batch.written.add(key)
    return
  }
  await halveOr(
    rows,
    (part) => writeOrHalve(batch, columns, part),
    ([key]) => batch.refused.set(key, result.refusal),
  )
}

/** Answers the keys written. */
async function write(batch: Batch, columns: BatchColumns, rows: readonly UpdateRow[]): Promise<RecordKey[]> {
  const { db, table, stamp } = batch
  const { updates } = userTableDialect(table.dialect)
  const keys: RecordKey[] = []
  for (const statement of updates.statements(table, columns.written, rows, stamp, columns.checked)) {
    for (const key of await updates.writtenKeys(db, statement)) keys.push(key)
  }
  await updates.checkDeferred(db, table)
  return keys
}

interface BatchColumns {
  readonly written: readonly Column[]
  readonly checked: readonly Column[]
}

interface Group extends BatchColumns {
  readonly rows: UpdateRow[]
}

/** Records with values, and preconditions, for the same columns go into one statement. */
function groupByColumns(table: UserTable, rows: readonly RecordUpdate[]): Iterable<Group> {
  const groups = new Map<string, Group>()
  const columnsOf = (names: readonly string[]) => names.map((name) => columnOf(table, name))
  for (const { key, selectedAt, values, precondition = {} } of rows) {
    const [names, held] = [Object.keys(values), Object.keys(precondition)]
    const id = `${names.join('\0')}\0\0${held.join('\0')}`
    const group = groups.get(id) ?? { written: columnsOf(names), checked: columnsOf(held), rows: [] }
    groups.set(id, group)
    const written = names.map((name) => values[name] as string | null)
    group.rows.push([key, selectedAt, ...written, ...held.map((name) => precondition[name] as string | number | null)])
  }
  return groups.values()
}

/** The records that were not written: looked up once, all together. */
async function settle(batch: Batch, rows: readonly RecordUpdate[]): Promise<Updated> {
  const { table, written, refused } = batch
  const result: Updated = { updated: [], superseded: [], changed: [], gone: [], rejected: [] }
  const standing = await standings(
    batch,
    rows.filter(({ key }) => !written.has(key) && !refused.has(key)),
  )
  for (const { key, values } of rows) {
    const refusal = refused.get(key)
    const stands = standing.get(key)
    if (written.has(key)) result.updated.push(key)
    else if (refusal !== undefined) result.rejected.push({ key, problem: refusal })
    else if (stands === undefined) result.gone.push(key)
    else if (!stands.notNewer) result.superseded.push(key)
    else if (stands.changed !== null) result.changed.push({ key, column: stands.changed })
    else if (table.refreshedAt === null && Object.keys(values).length === 0) result.updated.push(key)
    else
      result.rejected.push({
        key,
        problem: 'the database left the record as it was (a trigger, or a row policy)',
      })
  }
  return result
}

interface Standing {
  readonly notNewer: boolean
  /** A column that no longer holds what it did. */
  readonly changed: string | null
}

/** How the records stand that are there. */
async function standings({ db, table }: Batch, missing: readonly RecordUpdate[]): Promise<Map<RecordKey, Standing>> {
  const found = new Map<RecordKey, Standing>()
  const bare = missing.map((row) => ({ ...row, values: {} }))
  for (const { checked, rows } of groupByColumns(table, bare)) {
    const answers = await queryJson<[RecordKey, boolean | 0 | 1, number | null][]>(
      db,
      standingsSql(table, checked, rows),
    )
    for (const [key, notNewer, at] of answers) {
      found.set(key, { notNewer: Boolean(notNewer), changed: at === null ? null : (checked[at]?.name ?? null) })
    }
  }
  return found
}

/** Each record's key, whether it was not refreshed since, and the place in `checked` of the first column that was changed. Exported for the test of its plan. */
export function standingsSql(table: UserTable, checked: readonly Column[], rows: readonly UpdateRow[]): Sql {
  const { json, updates } = userTableDialect(table.dialect)
  const cases = checked.map(
    (column, at) => sql`WHEN NOT (${updates.holds(column, 'r', cell(at))}) THEN ${raw(`${at}`)}`,
  )
  const changed = cases.length === 0 ? raw('NULL') : sql`CASE ${join(cases, ' ')} END`
  const record = json.array(join([keySql(table, 'r'), notNewerSql(table, 'r', raw('v.s')), changed]))
  return updates.selectMatching(table, ['s', ...cellNames(checked.length)], rows, record)
}

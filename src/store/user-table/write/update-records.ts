import { grouped } from '../../../domain/values/grouped.ts'
import type { ColumnValues, Precondition, RecordKey } from '../../../domain/values/record.ts'
import { userTableDialect } from '../../dialect/dialect-of.ts'
import { cell, cellNames, notNewer } from '../../dialect/update-parts.ts'
import type { UpdateBatch, UpdateRow } from '../../dialect/user-table-dialect.ts'
import { type Db, join, queryJsonList, raw, type Sql, sql } from '../../sql.ts'
import { type Column, columnOf, keySql, type UserTable } from '../user-table.ts'
import { inHalves } from './in-halves.ts'
import { attempt } from './savepoint.ts'
import { stampText } from './stamp.ts'

export interface RecordUpdate {
  readonly key: RecordKey
  /** The record's `refreshedAt` when it was selected, as `refreshedAtSql` writes it; null: never refreshed. */
  readonly selectedAt: string | null
  /** As `encodeValues` makes them; null: none, the record is only stamped. */
  readonly values: ColumnValues | null
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

/** Of a statement's values: it is several times in memory, as JSON and on its way to the database. */
const MOST_CHARACTERS = 1 * 1024 * 1024

const LEFT = 'the database left the record as it was (a trigger, or a row policy)'

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
  const stamp = refreshedAt === null ? null : stampText(table, refreshedAt)
  const written = new Set<RecordKey>()
  const refused = new Map<RecordKey, string>()
  for (const group of groupByColumns(table, rows)) {
    if (group.columns.length === 0 && table.refreshedAt === null) continue
    for (const piece of inPieces(group.rows)) {
      await inHalves(
        piece,
        (some) =>
          attempt(db, async () => {
            for (const key of await write(db, { table, stamp, ...group, rows: some })) written.add(key)
            return null
          }),
        ([key], refusal) => refused.set(key, refusal),
      )
    }
  }
  const missing = rows.filter(({ key }) => !written.has(key) && !refused.has(key))
  return sorted(table, rows, written, refused, await standings(db, table, missing))
}

/** The rows in as few pieces as may be, none with more characters than one statement is to carry, but for a single row. */
function inPieces(rows: readonly UpdateRow[]): readonly (readonly UpdateRow[])[] {
  const pieces: UpdateRow[][] = []
  let weight = MOST_CHARACTERS
  for (const row of rows) {
    const characters = row.reduce<number>((sum, value) => sum + (typeof value === 'string' ? value.length : 0), 0)
    weight += characters
    if (weight > MOST_CHARACTERS || pieces.length === 0) {
      pieces.push([])
      weight = characters
    }
    pieces.at(-1)?.push(row)
  }
  return pieces
}

/** Answers the keys written. */
async function write(db: Db, batch: UpdateBatch): Promise<RecordKey[]> {
  const { updates } = userTableDialect(batch.table.dialect)
  const keys: RecordKey[][] = []
  for (const statement of updates.statements(batch)) keys.push(await updates.writtenKeys(db, statement, batch))
  await updates.checkDeferred(db, batch.table)
  return keys.flat()
}

/** Records with values, and preconditions, for the same columns go into one statement. */
function groupByColumns(table: UserTable, updates: readonly RecordUpdate[]) {
  const rows = updates.map(({ key, selectedAt, values, precondition = {} }) => {
    const [names, held] = [Object.keys(values ?? {}), Object.keys(precondition)]
    const cells = [...names.map((name) => values?.[name]), ...held.map((name) => precondition[name])]
    return { names, held, row: [key, selectedAt, ...cells] as UpdateRow }
  })
  const columnsOf = (names: readonly string[] = []) => names.map((name) => columnOf(table, name))
  return grouped(rows, ({ names, held }) => `${names.join('\0')}\0\0${held.join('\0')}`).map((group) => {
    const [first] = group
    return { columns: columnsOf(first?.names), checked: columnsOf(first?.held), rows: group.map(({ row }) => row) }
  })
}

/** Where each record ended. */
function sorted(
  table: UserTable,
  rows: readonly RecordUpdate[],
  written: ReadonlySet<RecordKey>,
  refused: ReadonlyMap<RecordKey, string>,
  standing: ReadonlyMap<RecordKey, Standing>,
): Updated {
  const result: Updated = { updated: [], superseded: [], changed: [], gone: [], rejected: [] }
  for (const { key, values } of rows) {
    const refusal = refused.get(key)
    const stands = standing.get(key)
    if (written.has(key)) result.updated.push(key)
    else if (refusal !== undefined) result.rejected.push({ key, problem: refusal })
    else if (stands === undefined) result.gone.push(key)
    else if (!stands.notNewer) result.superseded.push(key)
    else if (stands.changed !== null) result.changed.push({ key, column: stands.changed })
    else if (table.refreshedAt === null && Object.keys(values ?? {}).length === 0) result.updated.push(key)
    else result.rejected.push({ key, problem: LEFT })
  }
  return result
}

interface Standing {
  readonly notNewer: boolean
  /** A column that no longer holds what it did. */
  readonly changed: string | null
}

/** How the records stand that were not written, and are there: looked up once, all together. */
async function standings(db: Db, table: UserTable, missing: readonly RecordUpdate[]) {
  const found = new Map<RecordKey, Standing>()
  const bare = missing.map((row) => ({ ...row, values: null }))
  for (const { checked, rows } of groupByColumns(table, bare)) {
    const query = standingsSql(table, checked, rows)
    for (const [key, notNewer, at] of await queryJsonList<[RecordKey, boolean | 0 | 1, number | null]>(db, query))
      found.set(key, { notNewer: Boolean(notNewer), changed: at === null ? null : (checked[at]?.name ?? null) })
  }
  return found
}

/** Each record's key, whether it was not refreshed since, and the place in `checked` of the first column that was changed. Exported for the test of its plan. */
export function standingsSql(table: UserTable, checked: readonly Column[], rows: readonly UpdateRow[]): Sql {
  const { instants, json, updates } = userTableDialect(table.dialect)
  const cases = checked.map((column, at) => sql`WHEN NOT (${updates.holds(column, cell(at))}) THEN ${raw(`${at}`)}`)
  const changed = cases.length === 0 ? raw('NULL') : sql`CASE ${join(cases, ' ')} END`
  const record = json.array(join([keySql(table, 'r'), notNewer(instants, table, raw('v.s')), changed]))
  return updates.selectMatching(table, ['s', ...cellNames(checked.length)], rows, record)
}

import type { RecordKey } from '../../../domain/values/record.ts'
import { type Db, join, quote, raw, type Sql, sql } from '../../sql.ts'
import { type Column, columnSql, isComparable, keySql, tableSql, type UserTable } from '../../user-table/user-table.ts'
import { textSql } from '../casts.ts'
import { cell, cellNames, notNewer, unchanged } from '../update-parts.ts'
import type { MatchRow, UpdateBatch, UpdateDialect, UpdateRow } from '../user-table-dialect.ts'
import { assigned, bytesOf, held, holdsValue, isInstant, isText } from './compare.ts'
import { instantText, mysqlInstants } from './instants.ts'
import { mysqlJson } from './json.ts'

export const mysqlUpdates: UpdateDialect = {
  statements: (batch) => [updateBatch(batch)],
  writtenKeys,
  checkDeferred: async () => {},

  isComparable,
  heldForm: (_value, encoded) => encoded(),
  holds,

  /** Both parts always: a CASE would make text of JSON. */
  differing(column, at, shown) {
    const there = columnSql(column, 'r')
    const beginning = sql`left(${textSql('mysql', there)}, ${raw(`${shown}`)})`
    return mysqlJson.array(sql`(NOT ${holdsValue(column, there, cell(at))}) + 0, ${beginning}`)
  },
  told: (told) => (Array.isArray(told) && told[0] === 1 ? [told[1]] : 0),
  selectMatching,
}

/** So many characters of rows go into one statement: the server bounds how long it may be (max_allowed_packet). */
const MOST_CHARACTERS = 2_000_000

/**
 * Neither server's UPDATE answers what it wrote. So the records are locked first, those alone that are to be written, and
 * then written: nobody changes them in between.
 */
async function writtenKeys(db: Db, statement: Sql, batch: UpdateBatch): Promise<RecordKey[]> {
  const keys: RecordKey[][] = []
  for (const rows of parts(batch.rows)) {
    const some = { ...batch, rows }
    const locking = sql`SELECT ${keySql(batch.table, 'r')} AS "key" FROM ${matched(some)}
      WHERE ${condition(some)} FOR UPDATE`
    const locked = new Set((await db.$queryRaw<{ key: RecordKey }[]>(locking)).map(({ key }) => key))
    if (locked.size === 0) continue
    const isAll = locked.size === batch.rows.length
    const writing = isAll ? statement : updateBatch({ ...batch, rows: rows.filter(([key]) => locked.has(key)) })
    const count = await db.$executeRaw(writing)
    if (count !== locked.size) throw new Error(`${locked.size} records were locked, and ${count} written`)
    keys.push([...locked])
  }
  return keys.flat()
}

function parts(rows: readonly UpdateRow[]): UpdateRow[][] {
  const cut: UpdateRow[][] = []
  let room = 0
  for (const row of rows) {
    const characters = JSON.stringify(row).length
    if (room < characters) {
      cut.push([])
      room = MOST_CHARACTERS
    }
    room -= characters
    cut.at(-1)?.push(row)
  }
  return cut
}

function updateBatch(batch: UpdateBatch): Sql {
  const { table, columns, stamp } = batch
  const { refreshedAt } = table
  const set = columns.map((column, at) => sql`r.${quote(column.name)} = ${assigned(column, cell(at))}`)
  if (refreshedAt !== null && stamp !== null)
    set.push(sql`r.${quote(refreshedAt.name)} = ${assigned(refreshedAt, sql`${stamp}`)}`)
  return sql`UPDATE ${matched(batch)} SET ${join(set)} WHERE ${condition(batch)}`
}

function matched({ table, columns, checked, rows }: UpdateBatch): Sql {
  return matching(table, ['s', ...cellNames(columns.length + checked.length)], rows)
}

function condition(batch: UpdateBatch): Sql {
  const cells = cellNames(batch.columns.length + batch.checked.length).map((_, at) => cell(at))
  return unchanged(notNewer(mysqlInstants, batch.table, raw('v.s')), holds, batch, cells)
}

function holds(column: Column, value: Sql): Sql {
  const there = columnSql(column, 'r')
  if (!isInstant(column)) return holdsValue(column, there, value)
  // A Date has no more than milliseconds.
  const toMilliseconds = (instant: Sql) => sql`left(${instantText(instant)}, 23)`
  return sql`(${toMilliseconds(there)} <=> ${toMilliseconds(held(column, value))})`
}

function selectMatching(table: UserTable, names: readonly string[], rows: readonly MatchRow[], record: Sql): Sql {
  return mysqlJson.selectList(record, sql`FROM ${matching(table, names, rows)}`)
}

/** Rows `v` and, to each, the record `r` whose key is `k` to the byte; STRAIGHT_JOIN begins with `v`. */
function matching(table: UserTable, names: readonly string[], rows: readonly MatchRow[]): Sql {
  const columns = { k: 'key' as const, ...Object.fromEntries(names.map((name) => [name, 'text' as const])) }
  const key = columnSql(table.key, 'r')
  const found = sql`${key} = ${held(table.key, raw('v.k'))}`
  const exact = isText(table.key) ? sql`${found} AND ${bytesOf(key)} = ${bytesOf(raw('v.k'))}` : found
  return sql`(${mysqlJson.rows(JSON.stringify(rows), columns)}) AS v
    STRAIGHT_JOIN ${tableSql(table)} AS r ON ${exact}`
}

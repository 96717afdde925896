import { empty, join, quote, raw, type Sql, sql } from '../../sql.ts'
import { type Column, columnSql, tableSql, type UserTable } from '../../user-table/user-table.ts'
import { assignments, cell, cellNames, notNewer, unchanged } from '../update-parts.ts'
import type { MatchRow, UpdateBatch, UpdateDialect, UpdateRow } from '../user-table-dialect.ts'
import { sqliteInstants } from './instants.ts'

export const sqliteUpdates: UpdateDialect = {
  statements: (batch) =>
    batch.table.believedTiny ? batch.rows.map((row) => updateOne(batch, row)) : [updateBatch(batch)],
  // A row each: RETURNING knows no aggregate.
  async writtenKeys(db, statement) {
    return (await db.$queryRaw<{ key: string }[]>(statement)).map(({ key }) => key)
  },
  checkDeferred: async () => {},

  // SQLite compares values by what they are, whatever the column is.
  isComparable: ({ kind }) => kind !== 'json',
  /** As it is; SQLite writes fractions into JSON with fewer digits than they have, and its JSON ends a text at NUL. */
  heldForm(value) {
    if (typeof value === 'string') return value.includes('\0') ? undefined : value
    if (typeof value === 'boolean') return value ? 1 : 0
    return Number.isSafeInteger(value) ? (value as number) : undefined
  },
  holds,

  /** `IS` gives what has no type of its own the column's; BINARY, because a column may take "A" and "a" for the same. */
  differing(column, at, shown) {
    const there = columnSql(column, 'r')
    const differs = sql`(${there} COLLATE BINARY) IS NOT ${cell(at)}`
    return sql`CASE WHEN ${differs} THEN json_array(substr(CAST(${there} AS TEXT), 1, ${raw(`${shown}`)})) ELSE 0 END`
  },
  told: (told) => told as 0 | [string | null],
  selectMatching,
}

/**
 * SQLite must begin with `v` and look each record up by its key; the other way round it scans the whole table, and
 * `v` for each record. LIMIT keeps `v` from being flattened into the join, and `likelihood` makes it look like a
 * single row, so that nothing is cheaper than to begin with it, however old the table's statistics.
 */
function updateBatch(batch: UpdateBatch): Sql {
  const names = cellNames(batch.columns.length + batch.checked.length)
  const fields = ['k', 's', ...names].map((name, i) => raw(`value->>${i} AS ${name}`))
  const each = sql`json_each(${JSON.stringify(batch.rows)}) WHERE likelihood(key >= 0, 0.0000001) LIMIT -1`
  const from = sql`FROM (SELECT ${join(fields)} FROM ${each}) AS v`
  const cells = names.map((_, i) => cell(i))
  return updateSql(batch, from, raw('v.k'), raw('v.s'), cells)
}

/** The same for one record, without a join: nothing is left to plan. For tables that SQLite believes tiny. */
function updateOne(batch: UpdateBatch, [key, selectedAt, ...cells]: UpdateRow): Sql {
  const given = cells.map((value) => sql`${value}`)
  return updateSql(batch, empty, sql`${key}`, sql`${selectedAt}`, given)
}

/** OR ABORT: constraints with ON CONFLICT ROLLBACK would undo the caller's transaction, REPLACE delete records. */
function updateSql(batch: UpdateBatch, from: Sql, key: Sql, selectedAt: Sql, cells: readonly Sql[]): Sql {
  const { table, stamp } = batch
  const condition = unchanged(notNewer(sqliteInstants, table, selectedAt), holds, batch, cells)
  return sql`UPDATE OR ABORT ${tableSql(table)} AS r
    SET ${assignments(batch, cells, stamp === null ? null : sql`${stamp}`)} ${from}
    WHERE ${columnSql(table.key, 'r')} = ${key} AND ${condition}
    RETURNING CAST(${quote(table.key.name)} AS TEXT) AS key`
}

function holds(column: Column, value: Sql): Sql {
  return sql`${columnSql(column, 'r')} IS ${value}`
}

/** A subquery for each key leaves SQLite no choice: in a join, a table that it believes tiny is scanned for each key. */
function selectMatching(table: UserTable, names: readonly string[], rows: readonly MatchRow[], record: Sql): Sql {
  const fields = raw(['k', ...names].map((name, at) => `value->>${at} AS ${name}`).join(', '))
  const each = sql`(SELECT ${record} FROM ${tableSql(table)} AS r WHERE ${columnSql(table.key, 'r')} = v.k)`
  return sql`SELECT '[' || coalesce(group_concat(${each}), '') || ']' AS json
    FROM (SELECT ${fields} FROM json_each(${JSON.stringify(rows)}) LIMIT -1) AS v`
}

import { join, quote, raw, type Sql, sql } from '../../sql.ts'
import { type Column, columnSql, tableSql, type UserTable } from '../../user-table/user-table.ts'
import type { MatchRow, UpdateDialect, UpdateRow } from '../update-dialect.ts'
import { assignments, cell, cellNames, notNewer, unchanged } from '../update-parts.ts'
import { sqliteInstants } from './instants.ts'

export const sqliteUpdates: UpdateDialect = {
  statements: (table, columns, rows, stamp, checked) =>
    table.believedTiny
      ? rows.map((row) => updateOne(table, columns, row, stamp, checked))
      : [updateBatch(table, columns, rows, stamp, checked)],
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
  selectMatching,
}

/**
 * SQLite must begin with `v` and look each record up by its key; the other way round it scans the whole table, and
 * `v` for each record. LIMIT keeps `v` from being flattened into the join, and `likelihood` makes it look like a
 * single row, so that nothing is cheaper than to begin with it, however old the table's statistics.
 */
function updateBatch(
  table: UserTable,
  columns: readonly Column[],
  rows: readonly UpdateRow[],
  stamp: string | null,
  checked: readonly Column[],
): Sql {
  const names = cellNames(columns.length + checked.length)
  const fields = ['k', 's', ...names].map((name, i) => raw(`value->>${i} AS ${name}`))
  const each = sql`json_each(${JSON.stringify(rows)}) WHERE likelihood(key >= 0, 0.0000001) LIMIT -1`
  const cells = names.map((_, i) => cell(i))
  const condition = unchanged(notNewerThan(table, raw('v.s')), holds, checked, cells.slice(columns.length))
  return sql`${updateSql(table, columns, cells, stamp)} FROM (SELECT ${join(fields)} FROM ${each}) AS v
    WHERE ${columnSql(table.key, 'r')} = v.k AND ${condition} ${returnKey(table)}`
}

/** The same for one record, without a join: nothing is left to plan. For tables that SQLite believes tiny. */
function updateOne(
  table: UserTable,
  columns: readonly Column[],
  row: UpdateRow,
  stamp: string | null,
  checked: readonly Column[],
): Sql {
  const [key, selectedAt, ...values] = row
  const cells = values.map((value) => sql`${value}`)
  const condition = unchanged(notNewerThan(table, sql`${selectedAt}`), holds, checked, cells.slice(columns.length))
  return sql`${updateSql(table, columns, cells, stamp)}
    WHERE ${columnSql(table.key, 'r')} = ${key} AND ${condition} ${returnKey(table)}`
}

/**
 * OR ABORT: a constraint of the table's own with ON CONFLICT ROLLBACK would undo the caller's transaction behind its
 * back, and one with REPLACE delete other records.
 */
function updateSql(table: UserTable, columns: readonly Column[], values: readonly Sql[], stamp: string | null): Sql {
  const assigned = assignments(table, columns, values, stamp === null ? null : sql`${stamp}`)
  return sql`UPDATE OR ABORT ${tableSql(table)} AS r SET ${assigned}`
}

function returnKey(table: UserTable): Sql {
  return sql`RETURNING CAST(${quote(table.key.name)} AS TEXT) AS key`
}

function notNewerThan(table: UserTable, selectedAt: Sql): Sql {
  return notNewer(sqliteInstants, table, 'r', selectedAt)
}

function holds(column: Column, alias: string, value: Sql): Sql {
  return sql`${columnSql(column, alias)} IS ${value}`
}

/** A subquery for each key leaves SQLite no choice: in a join, a table that it believes tiny is scanned for each key. */
function selectMatching(table: UserTable, names: readonly string[], rows: readonly MatchRow[], record: Sql): Sql {
  const fields = raw(['k', ...names].map((name, at) => `value->>${at} AS ${name}`).join(', '))
  const each = sql`(SELECT ${record} FROM ${tableSql(table)} AS r WHERE ${columnSql(table.key, 'r')} = v.k)`
  return sql`SELECT '[' || coalesce(group_concat(${each}), '') || ']' AS json
    FROM (SELECT ${fields} FROM json_each(${JSON.stringify(rows)}) LIMIT -1) AS v`
}

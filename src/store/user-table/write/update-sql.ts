import type { RecordKey } from '../../../domain/record.ts'
import { join, quote, raw, type Sql, sql } from '../../sql.ts'
import { keySql } from '../read/key-sql.ts'
import { notNewerSql } from '../read/refreshed-at-sql.ts'
import { type Column, columnSql, tableSql, type UserTable } from '../user-table.ts'
import { holdsSql } from './precondition.ts'

/**
 * One record's part of a batch: its key, its `refreshedAt` when selected, its values in the order of `columns`, and what
 * it must still hold in the order of `checked`.
 */
export type UpdateRow = readonly [key: RecordKey, selectedAt: string | null, ...cells: (string | number | null)[]]

/**
 * Writes a batch, each record only if nobody refreshed it since or changed its `checked` columns, and answers the keys written as one JSON list
 * (PostgreSQL) or a row each (SQLite, whose RETURNING knows no aggregate). The batch is one parameter.
 */
export function updateSql(
  table: UserTable,
  columns: readonly Column[],
  rows: readonly UpdateRow[],
  stamp: string | null,
  checked: readonly Column[] = [],
): Sql {
  return table.dialect === 'sqlite'
    ? sqliteUpdate(table, columns, rows, stamp, checked)
    : postgresqlUpdate(table, columns, rows, stamp, checked)
}

/** The names of a batch's cells: those of `columns` first, those of `checked` behind them. */
function cellNames(columns: readonly Column[], checked: readonly Column[]): string[] {
  return [...columns, ...checked].map((_, i) => `c${i}`)
}

/** The record is not newer, and its `checked` columns hold what the batch says. */
function unchangedSql(table: UserTable, columns: readonly Column[], checked: readonly Column[]): Sql {
  const holds = checked.map((column, i) => holdsSql(table, column, 'r', raw(`v.c${columns.length + i}`)))
  return join([notNewerSql(table, 'r', raw('v.s')), ...holds], ' AND ')
}

/**
 * SQLite must begin with `v` and look each record up by its key; the other way round it scans the whole table, and
 * `v` for each record. LIMIT keeps `v` from being flattened into the join, and `likelihood` makes it look like a
 * single row, so that nothing is cheaper than to begin with it, however old the table's statistics.
 */
function sqliteUpdate(
  table: UserTable,
  columns: readonly Column[],
  rows: readonly UpdateRow[],
  stamp: string | null,
  checked: readonly Column[],
): Sql {
  const fields = ['k', 's', ...cellNames(columns, checked)].map((name, i) => raw(`value->>${i} AS ${name}`))
  const each = sql`json_each(${JSON.stringify(rows)}) WHERE likelihood(key >= 0, 0.0000001) LIMIT -1`
  const values = columns.map((_, i) => raw(`v.c${i}`))
  return sql`${assignSql(table, columns, values, stamp)} FROM (SELECT ${join(fields)} FROM ${each}) AS v
    WHERE ${columnSql(table.key, 'r')} = v.k AND ${unchangedSql(table, columns, checked)} ${returnKey(table)}`
}

/** The same for one record, without a join: nothing is left to plan. For tables that SQLite believes tiny. */
export function sqliteUpdateOne(
  table: UserTable,
  columns: readonly Column[],
  row: UpdateRow,
  stamp: string | null,
  checked: readonly Column[] = [],
): Sql {
  const [key, selectedAt, ...cells] = row
  const values = cells.map((value) => sql`${value}`)
  const holds = checked.map((column, i) => holdsSql(table, column, 'r', values[columns.length + i] as Sql))
  const unchanged = join([notNewerSql(table, 'r', sql`${selectedAt}`), ...holds], ' AND ')
  return sql`${assignSql(table, columns, values, stamp)}
    WHERE ${columnSql(table.key, 'r')} = ${key} AND ${unchanged} ${returnKey(table)}`
}

/**
 * OR ABORT: a constraint of the table's own with ON CONFLICT ROLLBACK would undo the caller's transaction behind its
 * back, and one with REPLACE delete other records.
 */
function assignSql(table: UserTable, columns: readonly Column[], values: readonly Sql[], stamp: string | null): Sql {
  const assigned = columns.map((column, i) => sql`${quote(column.name)} = ${values[i] as Sql}`)
  return sql`UPDATE OR ABORT ${tableSql(table)} AS r SET ${join([...assigned, ...stampSql(table, stamp)])}`
}

function returnKey(table: UserTable): Sql {
  return sql`RETURNING CAST(${quote(table.key.name)} AS TEXT) AS key`
}

/** Every value comes as text and is cast to its column's type without modifiers: a cast to varchar(3) would cut. */
function postgresqlUpdate(
  table: UserTable,
  columns: readonly Column[],
  rows: readonly UpdateRow[],
  stamp: string | null,
  checked: readonly Column[],
): Sql {
  const fields = ['s', ...cellNames(columns, checked)]
  const batch = rows.map(([key, ...values]) => {
    return Object.fromEntries([['k', key], ...fields.map((name, i) => [name, values[i]])])
  })
  const types = raw([`k ${table.key.castType}`, ...fields.map((name) => `${name} text`)].join(', '))
  const assigned = columns.map((column, i) => {
    return sql`${quote(column.name)} = CAST(${raw(`v.c${i}`)} AS ${raw(column.castType)})`
  })
  return sql`WITH written AS (
      UPDATE ${tableSql(table)} AS r SET ${join([...assigned, ...stampSql(table, stamp)])}
      FROM json_to_recordset(CAST(${JSON.stringify(batch)} AS json)) AS v (${types})
      WHERE ${columnSql(table.key, 'r')} = v.k AND ${unchangedSql(table, columns, checked)}
      RETURNING ${keySql(table, 'r')} AS key
    ) SELECT CAST(coalesce(json_agg(key), '[]') AS text) AS json FROM written`
}

function stampSql({ dialect, refreshedAt }: UserTable, stamp: string | null): Sql[] {
  if (refreshedAt === null || stamp === null) return []
  const value = dialect === 'sqlite' ? sql`${stamp}` : sql`CAST(${stamp} AS ${raw(refreshedAt.castType)})`
  return [sql`${quote(refreshedAt.name)} = ${value}`]
}

/**
 * Which of the records are there, whether they were refreshed since, and the place in `checked` of the first column that
 * has been changed, or null: `[key, notNewer, changed]` each, as one JSON list.
 */
export function standingSql(table: UserTable, rows: readonly UpdateRow[], checked: readonly Column[] = []): Sql {
  const notNewer = notNewerSql(table, 'r', raw('v.s'))
  const fields = ['k', 's', ...cellNames([], checked)]
  const changed = changedSql(table, checked)
  if (table.dialect === 'postgresql') {
    const batch = rows.map((row) => Object.fromEntries(fields.map((name, i) => [name, row[i]])))
    const types = raw([`k ${table.key.castType}`, ...fields.slice(1).map((name) => `${name} text`)].join(', '))
    const standing = sql`json_build_array(${keySql(table, 'r')}, ${notNewer}, ${changed})`
    return sql`SELECT CAST(coalesce(json_agg(${standing}), '[]') AS text) AS json
      FROM json_to_recordset(CAST(${JSON.stringify(batch)} AS json)) AS v (${types})
      JOIN ${tableSql(table)} AS r ON ${columnSql(table.key, 'r')} = v.k`
  }
  const standing = sql`(SELECT json_array(${keySql(table, 'r')}, iif(${notNewer}, 1, 0), ${changed}) FROM ${tableSql(table)} AS r
    WHERE ${columnSql(table.key, 'r')} = v.k)`
  const cells = raw(fields.map((name, i) => `value->>${i} AS ${name}`).join(', '))
  return sql`SELECT '[' || coalesce(group_concat(${standing}), '') || ']' AS json
    FROM (SELECT ${cells} FROM json_each(${JSON.stringify(rows)})) AS v`
}

function changedSql(table: UserTable, checked: readonly Column[]): Sql {
  if (checked.length === 0) return raw('NULL')
  const cases = checked.map((column, i) => {
    return sql`WHEN NOT (${holdsSql(table, column, 'r', raw(`v.c${i}`))}) THEN ${raw(String(i))}`
  })
  return sql`CASE ${join(cases, ' ')} END`
}

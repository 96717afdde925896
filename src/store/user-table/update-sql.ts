import type { RecordKey } from '../../domain/record.ts'
import { join, quote, raw, type Sql, sql } from '../sql.ts'
import { keySql } from './key-sql.ts'
import { notNewerSql } from './refreshed-at-sql.ts'
import { type Column, columnSql, tableSql, type UserTable } from './user-table.ts'

/** One record's part of a batch: its key, its `refreshedAt` when selected, and its values in the order of `columns`. */
export type UpdateRow = readonly [key: RecordKey, selectedAt: string | null, ...values: (string | null)[]]

/**
 * Writes a batch, each record only if nobody refreshed it since, and answers the keys written as one JSON list
 * (PostgreSQL) or a row each (SQLite, whose RETURNING knows no aggregate). The batch is one parameter.
 */
export function updateSql(
  table: UserTable,
  columns: readonly Column[],
  rows: readonly UpdateRow[],
  stamp: string | null,
): Sql {
  return table.dialect === 'sqlite'
    ? sqliteUpdate(table, columns, rows, stamp)
    : postgresqlUpdate(table, columns, rows, stamp)
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
): Sql {
  const fields = ['k', 's', ...columns.map((_, i) => `c${i}`)].map((name, i) => raw(`value->>${i} AS ${name}`))
  const each = sql`json_each(${JSON.stringify(rows)}) WHERE likelihood(key >= 0, 0.0000001) LIMIT -1`
  const values = columns.map((_, i) => raw(`v.c${i}`))
  return sql`${assignSql(table, columns, values, stamp)} FROM (SELECT ${join(fields)} FROM ${each}) AS v
    WHERE ${columnSql(table.key, 'r')} = v.k AND ${notNewerSql(table, 'r', raw('v.s'))} ${returnKey(table)}`
}

/** The same for one record, without a join: nothing is left to plan. For tables that SQLite believes tiny. */
export function sqliteUpdateOne(
  table: UserTable,
  columns: readonly Column[],
  row: UpdateRow,
  stamp: string | null,
): Sql {
  const [key, selectedAt, ...values] = row
  return sql`${assignSql(
    table,
    columns,
    values.map((value) => sql`${value}`),
    stamp,
  )}
    WHERE ${columnSql(table.key, 'r')} = ${key} AND ${notNewerSql(table, 'r', sql`${selectedAt}`)} ${returnKey(table)}`
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
): Sql {
  const fields = ['s', ...columns.map((_, i) => `c${i}`)]
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
      WHERE ${columnSql(table.key, 'r')} = v.k AND ${notNewerSql(table, 'r', raw('v.s'))}
      RETURNING ${keySql(table, 'r')} AS key
    ) SELECT CAST(coalesce(json_agg(key), '[]') AS text) AS json FROM written`
}

function stampSql({ dialect, refreshedAt }: UserTable, stamp: string | null): Sql[] {
  if (refreshedAt === null || stamp === null) return []
  const value = dialect === 'sqlite' ? sql`${stamp}` : sql`CAST(${stamp} AS ${raw(refreshedAt.castType)})`
  return [sql`${quote(refreshedAt.name)} = ${value}`]
}

/** Which of the records are there, and whether they were refreshed since: `[key, notNewer]` each, as one JSON list. */
export function standingSql(table: UserTable, rows: readonly UpdateRow[]): Sql {
  const notNewer = notNewerSql(table, 'r', raw('v.s'))
  const pairs = JSON.stringify(rows.map(([key, selectedAt]) => ({ k: key, s: selectedAt })))
  if (table.dialect === 'postgresql') {
    return sql`SELECT CAST(coalesce(json_agg(json_build_array(${keySql(table, 'r')}, ${notNewer})), '[]') AS text) AS json
      FROM json_to_recordset(CAST(${pairs} AS json)) AS v (k ${raw(table.key.castType)}, s text)
      JOIN ${tableSql(table)} AS r ON ${columnSql(table.key, 'r')} = v.k`
  }
  const standing = sql`(SELECT json_array(${keySql(table, 'r')}, iif(${notNewer}, 1, 0)) FROM ${tableSql(table)} AS r
    WHERE ${columnSql(table.key, 'r')} = v.k)`
  return sql`SELECT '[' || coalesce(group_concat(${standing}), '') || ']' AS json
    FROM (SELECT value->>'$.k' AS k, value->>'$.s' AS s FROM json_each(${pairs})) AS v`
}

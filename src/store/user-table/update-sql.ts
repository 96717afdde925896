import type { RecordKey } from '../../domain/record.ts'
import { empty, join, quote, raw, type Sql, sql } from '../sql.ts'
import { keySql } from './key-sql.ts'
import { notNewerSql } from './refreshed-at-sql.ts'
import { type Column, columnSql, tableSql, type UserTable } from './user-table.ts'

/** One record's part of a batch: its key, its `refreshedAt` when selected, and its values in the order of `columns`. */
export type UpdateRow = readonly [key: RecordKey, selectedAt: string | null, ...values: (string | null)[]]

/**
 * Writes a batch, each record only if nobody refreshed it since, and answers the keys written as one JSON list
 * (PostgreSQL) or a row each (SQLite, whose RETURNING knows no aggregate). The batch is one parameter.
 */
export function updateSql(table: UserTable, columns: readonly Column[], rows: readonly UpdateRow[], stamp: string): Sql {
  return table.dialect === 'sqlite'
    ? sqliteUpdate(table, columns, rows, stamp)
    : postgresqlUpdate(table, columns, rows, stamp)
}

/**
 * The LIMIT keeps SQLite from flattening `v` into the join; made first, `v` drives it and every record is looked up
 * by its key. Without it a table whose statistics are old (analysed when it had ten rows) is scanned for every
 * record of the batch. OR ABORT: a constraint of the table's own with ON CONFLICT ROLLBACK would undo the caller's
 * transaction behind its back, and one with REPLACE delete other records.
 */
function sqliteUpdate(table: UserTable, columns: readonly Column[], rows: readonly UpdateRow[], stamp: string): Sql {
  const fields = ['k', 's', ...columns.map((_, i) => `c${i}`)].map((name, i) => raw(`value->>${i} AS ${name}`))
  const values = sql`SELECT ${join(fields)} FROM json_each(${JSON.stringify(rows)}) LIMIT ${raw(String(rows.length))}`
  const assigned = columns.map((column, i) => sql`${quote(column.name)} = ${raw(`v.c${i}`)}`)
  return sql`UPDATE OR ABORT ${tableSql(table)} AS r SET ${join([...assigned, ...stampSql(table, stamp)])}
    FROM (${values}) AS v
    WHERE ${columnSql(table.key, 'r')} = v.k AND ${notNewerSql(table, 'r', raw('v.s'))}
    RETURNING CAST(${quote(table.key.name)} AS TEXT) AS key`
}

/** Every value comes as text and is cast to its column's type without modifiers: a cast to varchar(3) would cut. */
function postgresqlUpdate(table: UserTable, columns: readonly Column[], rows: readonly UpdateRow[], stamp: string): Sql {
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

function stampSql({ dialect, refreshedAt }: UserTable, stamp: string): Sql[] {
  if (refreshedAt === null) return []
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
      JOIN ${tableSql(table)} AS r ON ${columnSql(table.key, 'r')} = v.k${empty}`
  }
  return sql`SELECT json_group_array(json_array(${keySql(table, 'r')}, iif(${notNewer}, 1, 0))) AS json
    FROM (SELECT value->>'$.k' AS k, value->>'$.s' AS s FROM json_each(${pairs}) LIMIT ${raw(String(rows.length))}) AS v
    CROSS JOIN ${tableSql(table)} AS r ON ${columnSql(table.key, 'r')} = v.k`
}

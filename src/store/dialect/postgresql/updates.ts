import { raw, type Sql, sql } from '../../sql.ts'
import { keySql } from '../../user-table/read/key-sql.ts'
import { queryJson } from '../../user-table/read/query-json.ts'
import { type Column, type ColumnKind, columnSql, tableSql, type UserTable } from '../../user-table/user-table.ts'
import type { MatchRow, UpdateDialect, UpdateRow } from '../update-dialect.ts'
import { assignments, cell, cellNames, notNewer, unchanged } from '../update-parts.ts'
import { postgresqlInstants } from './instants.ts'
import { postgresqlJson } from './json.ts'

/**
 * Kinds whose values come back from JavaScript as they were, so that what is unchanged never looks changed. JSON, arrays
 * and types of extensions do not.
 */
const COMPARABLE: readonly ColumnKind[] = [
  'integer',
  'bigint',
  'numeric',
  'float',
  'boolean',
  'text',
  'uuid',
  'timestamp',
  'timestamptz',
  'date',
  'time',
  'enum',
]

export const postgresqlUpdates: UpdateDialect = {
  statements: (table, columns, rows, stamp, checked) => [updateBatch(table, columns, rows, stamp, checked)],
  // All in one JSON list.
  writtenKeys: (db, statement) => queryJson(db, statement),
  async checkDeferred(db, table) {
    if (table.deferredChecks) await db.$executeRaw(raw('SET CONSTRAINTS ALL IMMEDIATE'))
  },

  isComparable: ({ kind }) => COMPARABLE.includes(kind),
  heldForm: (_value, encoded) => encoded(),
  holds,

  /** As text, since not every type can be compared; of the column's own type, so that both are written alike. */
  differing(column, at, shown) {
    const there = columnSql(column, 'r')
    const value = sql`CAST(CAST(${cell(at)} AS ${raw(column.castType)}) AS ${raw(column.sqlType)})`
    const differs = sql`CAST(${value} AS text) IS DISTINCT FROM CAST(${there} AS text)`
    const beginning = sql`left(CAST(${there} AS text), ${raw(`${shown}`)})`
    return sql`CASE WHEN ${differs} THEN json_build_array(${beginning}) ELSE to_json(0) END`
  },
  selectMatching,
}

/** Every value comes as text and is cast to its column's type without modifiers: a cast to varchar(3) would cut. */
function updateBatch(
  table: UserTable,
  columns: readonly Column[],
  rows: readonly UpdateRow[],
  stamp: string | null,
  checked: readonly Column[],
): Sql {
  const names = cellNames(columns.length + checked.length)
  const values = columns.map((column, i) => sql`CAST(${cell(i)} AS ${raw(column.castType)})`)
  const { refreshedAt } = table
  const stamped = stamp === null || refreshedAt === null ? null : sql`CAST(${stamp} AS ${raw(refreshedAt.castType)})`
  const condition = unchanged(
    notNewer(postgresqlInstants, table, 'r', raw('v.s')),
    holds,
    checked,
    checked.map((_, i) => cell(columns.length + i)),
  )
  return sql`WITH written AS (
      UPDATE ${tableSql(table)} AS r SET ${assignments(table, columns, values, stamped)}
      FROM ${batch(table, ['s', ...names], rows)}
      WHERE ${columnSql(table.key, 'r')} = v.k AND ${condition}
      RETURNING ${keySql(table, 'r')} AS key
    ) SELECT ${postgresqlJson.list(raw('key'))} AS json FROM written`
}

function holds(column: Column, alias: string, value: Sql): Sql {
  const there = columnSql(column, alias)
  // A Date has no more than milliseconds.
  const isInstant = column.kind === 'timestamp' || column.kind === 'timestamptz'
  const now = isInstant ? sql`date_trunc('milliseconds', ${there})` : there
  return sql`${now} IS NOT DISTINCT FROM CAST(${value} AS ${raw(column.castType)})`
}

function selectMatching(table: UserTable, names: readonly string[], rows: readonly MatchRow[], record: Sql): Sql {
  return sql`SELECT ${postgresqlJson.list(record)} AS json
    FROM ${batch(table, names, rows)}
    JOIN ${tableSql(table)} AS r ON ${columnSql(table.key, 'r')} = v.k`
}

/** Rows as `v`: the key `k` of the table's type, the others texts. */
function batch(table: UserTable, names: readonly string[], rows: readonly (readonly unknown[])[]): Sql {
  const fields = ['k', ...names]
  const objects = rows.map((row) => Object.fromEntries(fields.map((name, i) => [name, row[i]])))
  const types = raw([`k ${table.key.castType}`, ...names.map((name) => `${name} text`)].join(', '))
  return sql`json_to_recordset(CAST(${JSON.stringify(objects)} AS json)) AS v (${types})`
}

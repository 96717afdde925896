import { queryJson, raw, type Sql, sql } from '../../sql.ts'
import { type Column, columnSql, isComparable, keySql, tableSql, type UserTable } from '../../user-table/user-table.ts'
import { assignments, cell, cellNames, notNewer, unchanged } from '../update-parts.ts'
import type { MatchRow, UpdateBatch, UpdateDialect } from '../user-table-dialect.ts'
import { postgresqlInstants } from './instants.ts'
import { postgresqlJson } from './own-dialect.ts'

export const postgresqlUpdates: UpdateDialect = {
  statements: (batch) => [updateBatch(batch)],
  // All in one JSON list.
  writtenKeys: (db, statement) => queryJson(db, statement),
  async checkDeferred(db, table) {
    if (table.deferredChecks) await db.$executeRaw(raw('SET CONSTRAINTS ALL IMMEDIATE'))
  },

  isComparable,
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
  told: (told) => told as 0 | [string | null],
  selectMatching,
}

/** Every value comes as text and is cast to its column's type without modifiers: a cast to varchar(3) would cut. */
function updateBatch(batch: UpdateBatch): Sql {
  const { table, columns, checked, rows, stamp } = batch
  const names = cellNames(columns.length + checked.length)
  const values = columns.map((column, i) => sql`CAST(${cell(i)} AS ${raw(column.castType)})`)
  const { refreshedAt } = table
  const stamped = stamp === null || refreshedAt === null ? null : sql`CAST(${stamp} AS ${raw(refreshedAt.castType)})`
  const cells = names.map((_, i) => cell(i))
  const condition = unchanged(notNewer(postgresqlInstants, table, raw('v.s')), holds, batch, cells)
  return sql`WITH written AS (
      UPDATE ${tableSql(table)} AS r SET ${assignments(batch, values, stamped)}
      FROM ${rowsAs(table, ['s', ...names], rows)}
      WHERE ${columnSql(table.key, 'r')} = v.k AND ${condition}
      RETURNING ${keySql(table, 'r')} AS key
    ) ${postgresqlJson.selectList(raw('key'), raw('FROM written'))}`
}

function holds(column: Column, value: Sql): Sql {
  const there = columnSql(column, 'r')
  // A Date has no more than milliseconds.
  const isInstant = column.kind === 'timestamp' || column.kind === 'timestamptz'
  const now = isInstant ? sql`date_trunc('milliseconds', ${there})` : there
  return sql`${now} IS NOT DISTINCT FROM CAST(${value} AS ${raw(column.castType)})`
}

function selectMatching(table: UserTable, names: readonly string[], rows: readonly MatchRow[], record: Sql): Sql {
  const from = sql`FROM ${rowsAs(table, names, rows)} JOIN ${tableSql(table)} AS r ON ${columnSql(table.key, 'r')} = v.k`
  return postgresqlJson.selectList(record, from)
}

/** Rows as `v`: the key `k` of the table's type, the others texts. */
function rowsAs(table: UserTable, names: readonly string[], rows: readonly MatchRow[]): Sql {
  const fields = ['k', ...names]
  const objects = rows.map((row) => Object.fromEntries(fields.map((name, i) => [name, row[i]])))
  const types = raw([`k ${table.key.castType}`, ...names.map((name) => `${name} text`)].join(', '))
  return sql`json_to_recordset(CAST(${JSON.stringify(objects)} AS json)) AS v (${types})`
}

import { textSql } from '../dialect/casts.ts'
import { userTableDialect } from '../dialect/dialect-of.ts'
import type { ImportedRows, UserTableDialect } from '../dialect/user-table-dialect.ts'
import { join, raw, type Sql, sql } from '../sql.ts'
import { columnSql, tableSql } from '../user-table/user-table.ts'
import type { ImportColumn, ImportTarget } from './describe-target.ts'

/** Some of a batch's records, with values for the same columns. */
export interface Group {
  readonly target: ImportTarget
  readonly columns: readonly ImportColumn[]
  /** Each record's values, in the order of `columns`. */
  readonly rows: readonly (readonly (string | null | undefined)[])[]
}

/** The places of the records that are not in the table, as one JSON list. */
export function absentSql(group: Group): Sql {
  const keys = keysOnly(group)
  const absent = sql`FROM (${batch(keys)}) AS v
    WHERE NOT EXISTS (SELECT 1 FROM ${tableSql(group.target.table)} AS r WHERE ${sameKey(keys)})`
  return dialectOf(group.target).json.selectList(raw('v.n'), absent)
}

/** Adds records, without those that someone else has added since; the number of rows shows how many. */
export function insertSql(group: Group): Sql {
  return dialectOf(group.target).imports.insert(rowsOf(group))
}

/** Changes the records in which a value differs, and no other; null where there is nothing that could differ. */
export function changeSql(group: Group): Sql | null {
  if (!group.columns.some(({ role }) => role === 'value')) return null
  const changed = group.columns.flatMap((column, at) => (column.role === 'value' ? [{ column, at }] : []))
  const changes = { changed, differs: differs(group), keepNulls: !group.target.nullsOverwrite }
  return dialectOf(group.target).imports.update({ ...rowsOf(group), ...changes })
}

/** How many records `changeSql` would change. */
export function differingSql(group: Group): Sql | null {
  if (!group.columns.some(({ role }) => role === 'value')) return null
  const found = sql`EXISTS (SELECT 1 FROM ${tableSql(group.target.table)} AS r
    WHERE ${sameKey(group)} AND (${differs(group)}))`
  return sql`SELECT ${textSql(group.target.table.dialect, raw('count(*)'))} AS json FROM (${batch(group)}) AS v WHERE ${found}`
}

function rowsOf(group: Group): ImportedRows {
  const { target, columns } = group
  const key = columns.filter(({ role }) => role === 'key')
  return { table: target.table, columns, key, batch: batch(group), isThere: sameKey(group) }
}

function differs(group: Group): Sql {
  const { nullsOverwrite } = group.target
  const each = group.columns.flatMap((column, at) => {
    if (column.role !== 'value') return []
    const other = dialectOf(group.target).imports.differs(column, columnSql(column, 'r'), at)
    return [nullsOverwrite ? other : sql`(${raw(`v.c${at}`)} IS NOT NULL AND ${other})`]
  })
  return join(each, ' OR ')
}

/** The record `r` is the one that `v` names. */
function sameKey(group: Group): Sql {
  const parts = group.columns.flatMap((column, at) => {
    return column.role === 'key' ? [sql`${columnSql(column, 'r')} = ${valueSql(group, column, at)}`] : []
  })
  return join(parts, ' AND ')
}

function keysOnly({ target, columns, rows }: Group): Group {
  const places = columns.flatMap(({ role }, at) => (role === 'key' ? [at] : []))
  return {
    target,
    columns: places.map((at) => columns[at] as ImportColumn),
    rows: rows.map((row) => places.map((at) => row[at])),
  }
}

function valueSql({ target }: Group, column: ImportColumn, at: number): Sql {
  return dialectOf(target).imports.value(column, at)
}

/** The rows as one JSON parameter. */
function batch({ target, columns, rows }: Group): Sql {
  return dialectOf(target).imports.batch(JSON.stringify(rows), columns.length)
}

function dialectOf({ table }: ImportTarget): UserTableDialect {
  return userTableDialect(table.dialect)
}

import { userTableDialect } from '../dialect/dialect-of.ts'
import type { UserTableDialect } from '../dialect/user-table-dialect.ts'
import { join, quote, raw, type Sql, sql } from '../sql.ts'
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
  const places = dialectOf(group.target).json.list(raw('v.n'))
  return sql`SELECT ${places} AS json FROM (${batch(keys)}) AS v
    WHERE NOT EXISTS (SELECT 1 FROM ${tableSql(group.target.table)} AS r WHERE ${sameKey(keys)})`
}

/** Adds records, without those that someone else has added since; the number of rows shows how many. */
export function insertSql(group: Group): Sql {
  const { target, columns } = group
  const names = join(columns.map(({ name }) => quote(name)))
  const values = join(columns.map((column, at) => valueSql(group, column, at)))
  const key = join(columns.filter(({ role }) => role === 'key').map(({ name }) => quote(name)))
  return sql`INSERT ${dialectOf(target).imports.orAbort} INTO ${tableSql(target.table)} (${names})
    SELECT ${values} FROM (${batch(group)}) AS v WHERE true ON CONFLICT (${key}) DO NOTHING`
}

/** Changes the records in which a value differs, and no other; null where there is nothing that could differ. */
export function changeSql(group: Group): Sql | null {
  if (!group.columns.some(({ role }) => role === 'value')) return null
  const { orAbort } = dialectOf(group.target).imports
  return sql`UPDATE ${orAbort} ${tableSql(group.target.table)} AS r SET ${join(assignments(group))}
    FROM (${batch(group)}) AS v WHERE ${sameKey(group)} AND (${differs(group)})`
}

/** How many records `changeSql` would change. */
export function differingSql(group: Group): Sql | null {
  if (!group.columns.some(({ role }) => role === 'value')) return null
  const found = sql`EXISTS (SELECT 1 FROM ${tableSql(group.target.table)} AS r
    WHERE ${sameKey(group)} AND (${differs(group)}))`
  return sql`SELECT CAST(count(*) AS TEXT) AS json FROM (${batch(group)}) AS v WHERE ${found}`
}

function assignments(group: Group): Sql[] {
  return group.columns.flatMap((column, at) => {
    if (column.role !== 'value') return []
    const value = valueSql(group, column, at)
    const kept = group.target.nullsOverwrite ? value : sql`coalesce(${value}, ${columnSql(column, 'r')})`
    return [sql`${quote(column.name)} = ${kept}`]
  })
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

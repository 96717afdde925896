import { join, quote, raw, type Sql, sql } from '../sql.ts'
import { columnSql, tableSql } from '../user-table/user-table.ts'
import type { ImportColumn, ImportTarget } from './target.ts'

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
  return sql`SELECT ${listOf(group, raw('v.n'))} AS json FROM (${batch(keys)}) AS v
    WHERE NOT EXISTS (SELECT 1 FROM ${tableSql(group.target.table)} AS r WHERE ${sameKey(keys)})`
}

/** The places of the records whose key an earlier one has too, where texts alone do not tell; one JSON list. */
export function repeatedSql(group: Group): Sql {
  const keys = keysOnly(group)
  const parts = keys.columns.map((column, at) => collated(column, valueSql(keys, column, at)))
  const numbered = sql`SELECT v.n, row_number() OVER (PARTITION BY ${join(parts)} ORDER BY v.n) AS place
    FROM (${batch(keys)}) AS v`
  return sql`SELECT ${listOf(group, raw('u.n'))} AS json FROM (${numbered}) AS u WHERE u.place > 1`
}

/**
 * Adds records; one that someone else has added since is left out, and the count of rows tells. On SQLite OR ABORT:
 * a constraint of the table's own with ON CONFLICT REPLACE would delete other records.
 */
export function insertSql(group: Group): Sql {
  const { target, columns } = group
  const names = join(columns.map(({ name }) => quote(name)))
  const values = join(columns.map((column, at) => valueSql(group, column, at)))
  const key = join(columns.filter(({ role }) => role === 'key').map(({ name }) => quote(name)))
  const verb = raw(target.table.dialect === 'sqlite' ? 'INSERT OR ABORT INTO' : 'INSERT INTO')
  return sql`${verb} ${tableSql(target.table)} (${names}) SELECT ${values} FROM (${batch(group)}) AS v
    WHERE true ON CONFLICT (${key}) DO NOTHING`
}

/** Changes the records in which a value differs, and no other; null where there is nothing that could differ. */
export function changeSql(group: Group): Sql | null {
  const { table } = group.target
  if (!group.columns.some(({ role }) => role === 'value')) return null
  const verb = raw(table.dialect === 'sqlite' ? 'UPDATE OR ABORT' : 'UPDATE')
  return sql`${verb} ${tableSql(table)} AS r SET ${join(assignments(group))} FROM (${batch(group)}) AS v
    WHERE ${sameKey(group)} AND (${differs(group)})`
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
  const { nullsOverwrite, table } = group.target
  const each = group.columns.flatMap((column, at) => {
    if (column.role !== 'value') return []
    const cell = columnSql(column, 'r')
    const other =
      table.dialect === 'sqlite' ? sql`${cell} IS NOT ${raw(`v.c${at}`)}` : postgresqlDiffers(column, cell, at)
    return [nullsOverwrite ? other : sql`(${raw(`v.c${at}`)} IS NOT NULL AND ${other})`]
  })
  return join(each, ' OR ')
}

/** The value as the column would hold it: rounded, padded. Types that know no equality are compared as text. */
function postgresqlDiffers(column: ImportColumn, cell: Sql, at: number): Sql {
  const value = sql`CAST(${raw(`v.c${at}`)} AS ${raw(column.sqlType)})`
  const compares = [column, column.element].every((type) => type?.kind !== 'json' || type.castType === 'jsonb')
  return compares
    ? sql`${cell} IS DISTINCT FROM ${value}`
    : sql`CAST(${cell} AS text) IS DISTINCT FROM CAST(${value} AS text)`
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

/** PostgreSQL is told the type, without modifiers: a cast to varchar(3) would cut. SQLite goes by the column's. */
function valueSql({ target }: Group, column: ImportColumn, at: number): Sql {
  const value = raw(`v.c${at}`)
  return target.table.dialect === 'sqlite' ? value : sql`CAST(${value} AS ${raw(column.castType)})`
}

function collated({ collation }: ImportColumn, value: Sql): Sql {
  return collation === undefined ? value : sql`${value} COLLATE ${quote(collation)}`
}

/**
 * The rows as one JSON parameter: a place `n` from 0, and values `c0`, `c1`, …. SQLite must begin with it and look each
 * record up by its key: LIMIT keeps it from being flattened into the join, and `likelihood` makes it look like a single
 * row (see user-table/update-sql.ts).
 */
function batch({ target, columns, rows }: Group): Sql {
  const json = JSON.stringify(rows)
  if (target.table.dialect === 'sqlite') {
    const fields = [raw('key AS n'), ...columns.map((_, at) => raw(`value->>${at} AS c${at}`))]
    return sql`SELECT ${join(fields)} FROM json_each(${json}) WHERE likelihood(key >= 0, 0.0000001) LIMIT -1`
  }
  const fields = [raw('j.n - 1 AS n'), ...columns.map((_, at) => raw(`j.value->>${at} AS c${at}`))]
  return sql`SELECT ${join(fields)} FROM jsonb_array_elements(${json}::jsonb) WITH ORDINALITY AS j(value, n)`
}

function listOf({ target }: Group, value: Sql): Sql {
  return target.table.dialect === 'sqlite'
    ? sql`json_group_array(${value})`
    : sql`CAST(coalesce(json_agg(${value}), '[]') AS text)`
}

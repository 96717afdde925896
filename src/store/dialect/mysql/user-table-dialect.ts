import { COMPARISON_SQL, join, raw, type Sql, sql } from '../../sql.ts'
import { type Column, columnSql, tableSql } from '../../user-table/user-table.ts'
import { textSql } from '../casts.ts'
import { cell, cellNames } from '../update-parts.ts'
import type { ConditionSql, ImportDialect, TextMatch, UserTableDialect } from '../user-table-dialect.ts'
import { mysqlCatalog } from './catalog.ts'
import { mysqlCells } from './cells.ts'
import { asked, assigned, bytesOf, held, holdsValue, isText } from './compare.ts'
import { mysqlHealth } from './health.ts'
import { mysqlInstants } from './instants.ts'
import { mysqlJson } from './json.ts'
import { mysqlSampling } from './sampling.ts'
import { mysqlUpdates } from './updates.ts'

/** More values than this go as one parameter: a statement has at most 65,535. */
const FEW = 1_000

const conditions: ConditionSql = {
  compare: (column, op, value, alias) =>
    sql`(${columnSql(column, alias)} ${COMPARISON_SQL[op]} ${asked(column, sql`${String(value)}`)})`,
  isAmong(column, values, alias) {
    const cell = columnSql(column, alias)
    if (values.length <= FEW)
      return sql`(${cell} IN (${join(values.map((value) => asked(column, sql`${String(value)}`)))}))`
    const rows = mysqlJson.rows(JSON.stringify(values.map((value) => [String(value)])), { value: 'text' })
    return sql`(${cell} IN (SELECT ${asked(column, raw('asked.value'))} FROM (${rows}) AS asked))`
  },
  matchText: (column, op, value, alias) =>
    sql`(${bytesOf(columnSql(column, alias))} LIKE CAST(${likePattern(op, value)} AS BINARY))`,
  same: (column, one, other) =>
    isText(column) ? sql`(${one} = ${other} AND ${bytesOf(one)} = ${bytesOf(other)})` : sql`${one} = ${other}`,
  exact: (column, cell) => (isText(column) ? bytesOf(cell) : cell),
  // It is MySQL's own way.
  orderNulls: () => '',
}

function likePattern(op: TextMatch, value: string): string {
  const escaped = value.replace(/[\\%_]/g, '\\$&')
  return { contains: `%${escaped}%`, startsWith: `${escaped}%`, endsWith: `%${escaped}` }[op]
}

const imports: ImportDialect = {
  // The keys of those that are there would be lost.
  addsFreely: false,
  batch(json, columns) {
    const names = cellNames(columns)
    const declared = names.map((name, at) => raw(`${name} LONGTEXT PATH '$[${at}]'`))
    const texts = names.map((name) => raw(`CAST(j.${name} AS CHAR) AS ${name}`))
    return sql`SELECT ${join([raw('CAST(j.n AS SIGNED) - 1 AS n'), ...texts])}
      FROM JSON_TABLE(${json}, '$[*]' COLUMNS (${join([raw('n FOR ORDINALITY'), ...declared])})) AS j`
  },
  value: (column, at) => held(column, cell(at)),
  differs: (column, there, at) => sql`NOT ${holdsValue(column, there, cell(at))}`,
  /** ON DUPLICATE KEY UPDATE would heed any unique index: a record with another's email would be taken for that one. */
  insert({ table, columns, batch, isThere }) {
    const names = columns.map((column) => columnName(column))
    const values = columns.map((column, at) => assigned(column, cell(at)))
    return sql`INSERT INTO ${tableSql(table)} (${join(names)}) SELECT ${join(values)} FROM (${batch}) AS v
      WHERE NOT EXISTS (SELECT 1 FROM ${tableSql(table)} AS r WHERE ${isThere})`
  },
  update({ table, changed, batch, isThere, differs, keepNulls }) {
    const set = changed.map(({ column, at }) => {
      const value = keepNulls ? givenOrKept(column, at) : assigned(column, cell(at))
      return sql`${columnSql(column, 'r')} = ${value}`
    })
    return sql`UPDATE (${batch}) AS v STRAIGHT_JOIN ${tableSql(table)} AS r ON ${isThere}
      SET ${join(set)} WHERE ${differs}`
  },
}

/** Of the column's own type on both sides: as a text, a FLOAT would lose digits. */
function givenOrKept(column: Column, at: number): Sql {
  const there = columnSql(column, 'r')
  if (isText(column) || column.kind === 'json') return sql`coalesce(${cell(at)}, ${textSql('mysql', there)})`
  return sql`coalesce(${held(column, cell(at))}, ${column.castType === 'bit' ? sql`(${there} + 0)` : there})`
}

function columnName(column: Column): Sql {
  return raw(`"${column.name.replaceAll('"', '""')}"`)
}

export const mysqlUserTableDialect: UserTableDialect = {
  json: mysqlJson,
  catalog: mysqlCatalog,
  cells: mysqlCells,
  keys: {
    isAmong(table, alias, keys) {
      const key = columnSql(table.key, alias)
      const asking = (what: Sql) => sql`SELECT ${what} FROM (${keys}) AS asked`
      const found = sql`${key} IN (${asking(held(table.key, raw('asked.value')))})`
      return isText(table.key) ? sql`(${found} AND ${bytesOf(key)} IN (${asking(bytesOf(raw('asked.value')))}))` : found
    },
    fromText: (table, text) => held(table.key, text),
  },
  instants: mysqlInstants,
  conditions,
  values: {
    boolean: (value) => (value ? '1' : '0'),
    instant: (instant) => instant.slice(0, -1).replace('T', ' '),
    keepsUuids: false,
    wholeNumberFrom: () => null,
    // It rounds to the column's scale.
    holdsDecimal: () => true,
    holdsEscapes: (json) => !/\\ud[89a-f]/i.test(json),
  },
  updates: mysqlUpdates,
  imports,
  health: mysqlHealth,
  sampling: mysqlSampling,
}

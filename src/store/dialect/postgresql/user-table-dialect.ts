import { COMPARISON_SQL, empty, join, raw, type Sql, sql } from '../../sql.ts'
import { type Column, columnSql } from '../../user-table/user-table.ts'
import { arrayLiteral } from '../../user-table/values/encoded.ts'
import { standardImports } from '../import-parts.ts'
import { cell, cellNames } from '../update-parts.ts'
import type { ConditionSql, ImportDialect, TextMatch, UserTableDialect } from '../user-table-dialect.ts'
import { postgresqlCatalog } from './catalog.ts'
import { postgresqlCells } from './cells.ts'
import { postgresqlHealth } from './health.ts'
import { postgresqlInstants } from './instants.ts'
import { postgresqlJson } from './own-dialect.ts'
import { postgresqlSampling } from './sampling.ts'
import { postgresqlUpdates } from './updates.ts'

const conditions: ConditionSql = {
  compare: (column, op, value, alias) =>
    sql`(${columnSql(column, alias)} ${COMPARISON_SQL[op]} CAST(${String(value)} AS ${raw(column.castType)}))`,
  isAmong: (column, values, alias) =>
    sql`(${columnSql(column, alias)} = ANY (CAST(${arrayLiteral(values.map(String))} AS ${raw(column.castType)}[])))`,
  matchText: (column, op, value, alias) =>
    sql`(${likeable(column, columnSql(column, alias))} LIKE ${likePattern(op, value)})`,
  same: (_column, one, other) => sql`${one} = ${other}`,
  exact: (_column, cell) => cell,
  orderNulls: (direction) => (direction === 'asc' ? ' NULLS FIRST' : ' NULLS LAST'),
}

function likePattern(op: TextMatch, value: string): Sql {
  const escaped = value.replace(/[\\%_]/g, '\\$&')
  const pattern = { contains: `%${escaped}%`, startsWith: `${escaped}%`, endsWith: `%${escaped}` }[op]
  return sql`CAST(${pattern} AS text)`
}

/** LIKE ignores capitals for citext, counts the padding of char(n), and knows no collation that takes unlike for like. */
function likeable(column: Column, cell: Sql): Sql {
  if (column.looseCollation) return sql`CAST(${cell} AS text) COLLATE ${raw('"C"')}`
  return column.castType === 'text' || column.castType === 'character varying' ? cell : sql`CAST(${cell} AS text)`
}

/** Without modifiers: a cast to varchar(3) would cut. */
const uncut: ImportDialect['value'] = (column, at) => sql`CAST(${cell(at)} AS ${raw(column.castType)})`

const imports: ImportDialect = {
  // Its sequences would lose the keys of those that are there.
  addsFreely: false,
  batch(json, columns) {
    const fields = [raw('j.n - 1 AS n'), ...cellNames(columns).map((name, at) => raw(`j.value->>${at} AS ${name}`))]
    return sql`SELECT ${join(fields)} FROM jsonb_array_elements(${json}::jsonb) WITH ORDINALITY AS j(value, n)`
  },
  value: uncut,
  ...standardImports(uncut, empty),
  // The value is rounded, and padded. Types that know no equality are compared as text.
  differs(column, there, at) {
    const value = sql`CAST(${cell(at)} AS ${raw(column.sqlType)})`
    const compares = [column, column.element].every((type) => type?.kind !== 'json' || type.castType === 'jsonb')
    return compares
      ? sql`${there} IS DISTINCT FROM ${value}`
      : sql`CAST(${there} AS text) IS DISTINCT FROM CAST(${value} AS text)`
  },
}

export const postgresqlUserTableDialect: UserTableDialect = {
  json: postgresqlJson,
  catalog: postgresqlCatalog,
  cells: postgresqlCells,
  keys: {
    isAmong(table, alias, keys) {
      const asked = sql`SELECT CAST(asked.key AS ${raw(table.key.castType)}) FROM (${keys}) AS asked (key)`
      return sql`${columnSql(table.key, alias)} IN (${asked})`
    },
    fromText: (table, text) => sql`CAST(${text} AS ${raw(table.key.castType)})`,
  },
  instants: postgresqlInstants,
  conditions,
  values: {
    boolean: (value) => (value ? 'true' : 'false'),
    instant: (instant, { kind }) => (kind === 'timestamp' ? instant.slice(0, -1) : instant),
    keepsUuids: false,
    wholeNumberFrom: () => null,
    // It rounds to the column's scale.
    holdsDecimal: () => true,
    holdsEscapes: () => false,
  },
  updates: postgresqlUpdates,
  imports,
  health: postgresqlHealth,
  sampling: postgresqlSampling,
}

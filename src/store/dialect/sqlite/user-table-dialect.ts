import { COMPARISON_SQL, join, raw, sql, together } from '../../sql.ts'
import { toMilliseconds } from '../../user-table/read/instant-text.ts'
import { columnSql } from '../../user-table/user-table.ts'
import { standardImports } from '../import-parts.ts'
import { cell, cellNames } from '../update-parts.ts'
import type { ConditionSql, ImportDialect, UserTableDialect } from '../user-table-dialect.ts'
import { sqliteCatalog } from './catalog.ts'
import { sqliteCells } from './cells.ts'
import { sqliteHealth } from './health.ts'
import { isoTextSql, sqliteInstants } from './instants.ts'
import { sqliteJson } from './own-dialect.ts'
import { sqliteSampling } from './sampling.ts'
import { sqliteUpdates } from './updates.ts'

/** The column's affinity turns a text into what the column holds, exactly, and an index of the column serves. */
const conditions: ConditionSql = {
  compare(column, op, value, alias) {
    if (column.instant === 'iso-text') return isoTextSql(column, op, String(value), alias)
    return sql`(${columnSql(column, alias)} ${COMPARISON_SQL[op]} ${String(value)})`
  },
  isAmong(column, values, alias) {
    const texts = values.map(String)
    const days = () => texts.map((text) => isoTextSql(column, 'equals', text, alias))
    if (column.instant === 'iso-text') return together(days(), 'OR')
    return sql`(${columnSql(column, alias)} IN (SELECT value FROM json_each(${JSON.stringify(texts)})))`
  },
  // GLOB heeds capitals, and a pattern with a fixed beginning uses an index of the column, as LIKE does not.
  matchText(column, op, value, alias) {
    const cell = columnSql(column, alias)
    if (op === 'contains') return sql`(instr(${cell}, ${value}) > 0)`
    const escaped = value.replace(/[*?[]/g, '[$&]')
    return sql`(${cell} GLOB ${op === 'startsWith' ? `${escaped}*` : `*${escaped}`})`
  },
  same: (_column, one, other) => sql`${one} = ${other}`,
  exact: (_column, cell) => cell,
  // It is SQLite's own way.
  orderNulls: () => '',
}

/** The column's affinity converts it. */
const ofAffinity: ImportDialect['value'] = (_column, at) => cell(at)

const imports: ImportDialect = {
  addsFreely: true,
  // SQLite must begin with it and look each record up by its key: LIMIT keeps it from being flattened into the join, and
  // `likelihood` makes it look like a single row (see updates.ts).
  batch(json, columns) {
    const fields = [raw('key AS n'), ...cellNames(columns).map((name, at) => raw(`value->>${at} AS ${name}`))]
    return sql`SELECT ${join(fields)} FROM json_each(${json}) WHERE likelihood(key >= 0, 0.0000001) LIMIT -1`
  },
  value: ofAffinity,
  // A constraint of the table's own with ON CONFLICT REPLACE would delete other records.
  ...standardImports(ofAffinity, raw('OR ABORT')),
  differs: (_column, there, at) => sql`${there} IS NOT ${cell(at)}`,
}

export const sqliteUserTableDialect: UserTableDialect = {
  json: sqliteJson,
  catalog: sqliteCatalog,
  cells: sqliteCells,
  keys: {
    isAmong: (table, alias, keys) => sql`${columnSql(table.key, alias)} IN (${keys})`,
    fromText: (_table, text) => text,
  },
  instants: sqliteInstants,
  conditions,
  values: {
    boolean: (value) => (value ? '1' : '0'),
    instant: toMilliseconds,
    keepsUuids: true,
    /** A boolean as 1 or 0, a Date as epoch milliseconds. */
    wholeNumberFrom(value) {
      if (typeof value === 'boolean') return value ? '1' : '0'
      return value instanceof Date && !Number.isNaN(value.getTime()) ? String(value.getTime()) : null
    },
    // Where the digits are too many, it keeps a double.
    holdsDecimal: (text) => Number.isFinite(Number(text)),
    holdsEscapes: (json) => !/\\ud[89a-f]/i.test(json),
  },
  updates: sqliteUpdates,
  imports,
  health: sqliteHealth,
  sampling: sqliteSampling,
}

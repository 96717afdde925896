import type { Comparison, Condition, Scalar } from '../../../domain/where.ts'
import { join, raw, type Sql, sql } from '../../sql.ts'
import { isoTextSql } from '../read/sqlite-instant-sql.ts'
import { type Column, columnSql, findColumn, type UserTable } from '../user-table.ts'
import { arrayLiteral } from '../values/arrays.ts'
import { textMatchSql } from './text-match-sql.ts'

const OPERATORS: Readonly<Record<Comparison, Sql>> = {
  equals: raw('='),
  lt: raw('<'),
  lte: raw('<='),
  gt: raw('>'),
  gte: raw('>='),
}

/**
 * The condition as SQL, for `alias`. Where the key may be NULL (SQLite allows that of old), records without one are
 * left out: nothing could address them.
 */
export function whereSql(condition: Condition, table: UserTable, alias: string): Sql {
  const asked = conditionSql(condition, table, alias)
  return table.key.nullable ? sql`(${columnSql(table.key, alias)} IS NOT NULL AND ${asked})` : asked
}

function conditionSql(condition: Condition, table: UserTable, alias: string): Sql {
  switch (condition.kind) {
    case 'all':
      return together(
        condition.of.map((each) => conditionSql(each, table, alias)),
        'AND',
      )
    case 'any':
      return together(
        condition.of.map((each) => conditionSql(each, table, alias)),
        'OR',
      )
    case 'not':
      return condition.of.kind === 'null'
        ? sql`(${columnSql({ name: condition.of.column }, alias)} IS NOT NULL)`
        : sql`(NOT ${conditionSql(condition.of, table, alias)})`
    case 'null':
      return sql`(${columnSql({ name: condition.column }, alias)} IS NULL)`
    case 'text':
      return textMatchSql(columnOf(condition, table), condition.op, condition.value, table.dialect, alias)
    case 'in':
      return inSql(columnOf(condition, table), condition.values, table, alias)
    case 'compare':
      return compareSql(columnOf(condition, table), condition.op, condition.value, table, alias)
  }
}

/** As a balanced tree: SQLite bounds how deep an expression is, and takes a chain of ANDs for one as deep as it is long. */
function together(parts: readonly Sql[], operator: 'AND' | 'OR'): Sql {
  if (parts.length === 0) return raw(operator === 'AND' ? '(1 = 1)' : '(1 = 0)')
  if (parts.length <= 16) return sql`(${join([...parts], ` ${operator} `)})`
  const half = parts.length >> 1
  return sql`(${together(parts.slice(0, half), operator)} ${raw(operator)} ${together(parts.slice(half), operator)})`
}

function compareSql(column: Column, op: Comparison, value: Scalar, table: UserTable, alias: string): Sql {
  const cell = columnSql(column, alias)
  if (table.dialect === 'postgresql')
    return sql`(${cell} ${OPERATORS[op]} CAST(${String(value)} AS ${raw(column.castType)}))`
  if (column.instant === 'iso-text') return isoTextSql(column, op, String(value), alias)
  // The column's affinity turns the text into what the column holds, exactly, and an index of the column serves.
  return sql`(${cell} ${OPERATORS[op]} ${String(value)})`
}

function inSql(column: Column, values: readonly Scalar[], table: UserTable, alias: string): Sql {
  if (values.length === 0) return raw('(1 = 0)')
  const cell = columnSql(column, alias)
  const texts = values.map(String)
  if (table.dialect === 'postgresql') {
    return sql`(${cell} = ANY (CAST(${arrayLiteral(texts)} AS ${raw(column.castType)}[])))`
  }
  if (column.instant === 'iso-text')
    return together(
      texts.map((text) => isoTextSql(column, 'equals', text, alias)),
      'OR',
    )
  return sql`(${cell} IN (SELECT value FROM json_each(${JSON.stringify(texts)})))`
}

function columnOf(condition: { readonly column: string }, table: UserTable): Column {
  const column = findColumn(table.columns, condition.column)
  if (column === undefined) throw new Error(`${table.label} has no column "${condition.column}"`)
  return column
}

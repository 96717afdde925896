import { raw, type Sql, sql } from '../../sql.ts'
import { type Column, columnSql } from '../../user-table/user-table.ts'
import { arrayLiteral } from '../../user-table/values/encoded.ts'
import { COMPARISON_SQL } from '../../user-table/where/logic-sql.ts'
import type { ConditionSql, TextMatch } from '../user-table-dialect.ts'

export const postgresqlConditions: ConditionSql = {
  compare: (column, op, value, alias) =>
    sql`(${columnSql(column, alias)} ${COMPARISON_SQL[op]} CAST(${String(value)} AS ${raw(column.castType)}))`,
  isAmong: (column, values, alias) =>
    sql`(${columnSql(column, alias)} = ANY (CAST(${arrayLiteral(values.map(String))} AS ${raw(column.castType)}[])))`,
  matchText: (column, op, value, alias) =>
    sql`(${likeable(column, columnSql(column, alias))} LIKE ${likePattern(op, value)})`,
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

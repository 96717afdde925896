import type { Condition, Scalar } from '../../../domain/where.ts'
import { userTableDialect } from '../../dialect/dialect-of.ts'
import type { ConditionSql } from '../../dialect/user-table-dialect.ts'
import { raw, type Sql, sql } from '../../sql.ts'
import { type Column, columnOf, columnSql, type UserTable } from '../user-table.ts'
import { together } from './together.ts'

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
      return conditionsOf(table).matchText(columnOf(table, condition.column), condition.op, condition.value, alias)
    case 'in':
      return inSql(columnOf(table, condition.column), condition.values, table, alias)
    case 'compare':
      return conditionsOf(table).compare(columnOf(table, condition.column), condition.op, condition.value, alias)
  }
}

function inSql(column: Column, values: readonly Scalar[], table: UserTable, alias: string): Sql {
  return values.length === 0 ? raw('(1 = 0)') : conditionsOf(table).isAmong(column, values, alias)
}

function conditionsOf({ dialect }: UserTable): ConditionSql {
  return userTableDialect(dialect).conditions
}

import type { Condition } from '../../../domain/values/where.ts'
import { userTableDialect } from '../../dialect/dialect-of.ts'
import { raw, type Sql, sql } from '../../sql.ts'
import { columnOf, columnSql, type UserTable } from '../user-table.ts'
import { together } from './logic-sql.ts'

/** The condition as SQL, for `alias`; without records whose key is NULL (SQLite), which nothing could address. */
export function whereSql(condition: Condition, table: UserTable, alias: string): Sql {
  const asked = conditionSql(condition, table, alias)
  return table.key.nullable ? sql`(${columnSql(table.key, alias)} IS NOT NULL AND ${asked})` : asked
}

function conditionSql(condition: Condition, table: UserTable, alias: string): Sql {
  const { conditions } = userTableDialect(table.dialect)
  switch (condition.kind) {
    case 'all':
    case 'any': {
      const parts = condition.of.map((each) => conditionSql(each, table, alias))
      return together(parts, condition.kind === 'all' ? 'AND' : 'OR')
    }
    case 'not':
      return condition.of.kind === 'null'
        ? sql`(${columnSql({ name: condition.of.column }, alias)} IS NOT NULL)`
        : sql`(NOT ${conditionSql(condition.of, table, alias)})`
    case 'null':
      return sql`(${columnSql({ name: condition.column }, alias)} IS NULL)`
    case 'text':
      return conditions.matchText(columnOf(table, condition.column), condition.op, condition.value, alias)
    case 'in':
      if (condition.values.length === 0) return raw('(1 = 0)')
      return conditions.isAmong(columnOf(table, condition.column), condition.values, alias)
    case 'compare':
      return conditions.compare(columnOf(table, condition.column), condition.op, condition.value, alias)
  }
}

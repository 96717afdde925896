import type { Condition, OrderBy } from '../../../domain/values/where.ts'
import { userTableDialect } from '../../dialect/dialect-of.ts'
import { join, raw, type Sql, sql, together } from '../../sql.ts'
import { columnOf, columnSql, type UserTable } from '../user-table.ts'

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

/**
 * The order as a list for ORDER BY. NULL counts as the least, so that a record never refreshed is the stalest. An
 * empty order is the default: stalest first, where the records say when they were refreshed. Ties go by the key.
 */
export function orderSql(orderBy: readonly OrderBy[], table: UserTable, alias: string): Sql {
  return join(orderParts(orderBy, table, alias).map(({ by, how }) => sql`${by} ${raw(how)}`))
}

/** Something to order by, and how: "ASC NULLS FIRST". */
export interface OrderPart {
  readonly by: Sql
  readonly how: string
}

/** The same, part by part. */
export function orderParts(orderBy: readonly OrderBy[], table: UserTable, alias: string): OrderPart[] {
  const { refreshedAt } = table
  const stalest: OrderBy[] = refreshedAt === null ? [] : [{ column: refreshedAt.name, direction: 'asc' }]
  const asked = orderBy.length > 0 ? orderBy : stalest
  const byKey = asked.some(({ column }) => column === table.key.name)
  const all: readonly OrderBy[] = byKey ? asked : [...asked, { column: table.key.name, direction: 'asc' }]
  const { conditions } = userTableDialect(table.dialect)
  return all.map(({ column: name, direction }) => {
    const column = columnOf(table, name)
    // Said only where it must be: PostgreSQL's plain indexes serve only the unsaid.
    const nulls = column.nullable ? conditions.orderNulls(direction) : ''
    return { by: columnSql(column, alias), how: `${direction === 'asc' ? 'ASC' : 'DESC'}${nulls}` }
  })
}

import type { OrderBy } from '../../../domain/values/where.ts'
import { userTableDialect } from '../../dialect/dialect-of.ts'
import { join, raw, type Sql, sql } from '../../sql.ts'
import { columnOf, columnSql, type UserTable } from '../user-table.ts'

/**
 * The order as a list for ORDER BY. NULL counts as the least, so that a record never refreshed is the stalest. An
 * empty order is the default: stalest first, where the records say when they were refreshed. Ties go by the key.
 */
export function orderSql(orderBy: readonly OrderBy[], table: UserTable, alias: string): Sql {
  const { refreshedAt } = table
  const stalest: OrderBy[] = refreshedAt === null ? [] : [{ column: refreshedAt.name, direction: 'asc' }]
  const asked = orderBy.length > 0 ? orderBy : stalest
  const byKey = asked.some(({ column }) => column === table.key.name)
  const all: readonly OrderBy[] = byKey ? asked : [...asked, { column: table.key.name, direction: 'asc' }]
  const { conditions } = userTableDialect(table.dialect)
  return join(
    all.map(({ column: name, direction }) => {
      const column = columnOf(table, name)
      // Said only where it must be: PostgreSQL's plain indexes serve only the unsaid.
      const nulls = column.nullable ? conditions.orderNulls(direction) : ''
      return sql`${columnSql(column, alias)} ${raw(`${direction === 'asc' ? 'ASC' : 'DESC'}${nulls}`)}`
    }),
  )
}

import { type Sql, sql } from '../sql.ts'
import type { UserTable } from '../user-table/user-table.ts'
import { parseScalar } from '../user-table/where/parse-scalar.ts'
import { whereSql } from '../user-table/where/where-sql.ts'

/**
 * The condition, for records (as `alias`) that were not refreshed after `youngAfter`, epoch ms; null: for all. A record
 * that was never refreshed is old enough, and so is one whose `refreshedAt` is no instant: a refresh mends that.
 */
export function oldEnoughSql(condition: Sql, youngAfter: number | null, table: UserTable, alias: string): Sql {
  const { refreshedAt } = table
  if (youngAfter === null || refreshedAt === null) return condition
  const value = parseScalar(new Date(youngAfter), refreshedAt, table)
  if (value === null) throw new Error(`${youngAfter} is no instant that ${table.label}."${refreshedAt.name}" can hold`)
  const young = whereSql({ kind: 'compare', column: refreshedAt.name, op: 'gt', value }, table, alias)
  return sql`(${condition}) AND ${young} IS NOT TRUE`
}

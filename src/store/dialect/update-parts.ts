import { join, quote, raw, type Sql, sql } from '../sql.ts'
import { type Column, columnSql, type UserTable } from '../user-table/user-table.ts'
import type { UpdateDialect } from './update-dialect.ts'
import type { InstantDialect } from './user-table-dialect.ts'

type Holds = UpdateDialect['holds']

/** Whether the record was not refreshed since it was selected; no `refreshedAt`, no such check. */
export function notNewer(instants: InstantDialect, { refreshedAt }: UserTable, alias: string, selectedAt: Sql): Sql {
  if (refreshedAt === null) return raw('(1 = 1)')
  return instants.isNotNewer(refreshedAt, columnSql(refreshedAt, alias), selectedAt)
}

/** All that must be so for a record to be written: `notNewer`, and the `checked` columns hold `values`. */
export function unchanged(notNewer: Sql, holds: Holds, checked: readonly Column[], values: readonly Sql[]): Sql {
  return join([notNewer, ...checked.map((column, i) => holds(column, 'r', values[i] as Sql))], ' AND ')
}

/** What SET says: each column's value, and the stamp. */
export function assignments(
  { refreshedAt }: UserTable,
  columns: readonly Column[],
  values: readonly Sql[],
  stamp: Sql | null,
): Sql {
  const assigned = columns.map((column, i) => sql`${quote(column.name)} = ${values[i] as Sql}`)
  const stamped = refreshedAt === null || stamp === null ? [] : [sql`${quote(refreshedAt.name)} = ${stamp}`]
  return join([...assigned, ...stamped])
}

/** A batch's cells are c0, c1, …. */
export function cellNames(count: number): string[] {
  return Array.from({ length: count }, (_, i) => `c${i}`)
}

/** The cell of the batch `v` in that place. */
export function cell(at: number): Sql {
  return raw(`v.c${at}`)
}

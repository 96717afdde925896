import { join, quote, raw, type Sql, sql } from '../sql.ts'
import { columnSql, type UserTable } from '../user-table/user-table.ts'
import type { InstantDialect, UpdateBatch, UpdateDialect } from './user-table-dialect.ts'

/** Whether record `r` was not refreshed since it was selected; no `refreshedAt`, no such check. */
export function notNewer(instants: InstantDialect, { refreshedAt }: UserTable, selectedAt: Sql): Sql {
  if (refreshedAt === null) return raw('(1 = 1)')
  return instants.isNotNewer(refreshedAt, columnSql(refreshedAt, 'r'), selectedAt)
}

/** All that must be so for a record to be written: `notNewer`, and the `checked` columns hold the last of the cells. */
export function unchanged(
  notNewer: Sql,
  holds: UpdateDialect['holds'],
  { columns, checked }: UpdateBatch,
  cells: readonly Sql[],
): Sql {
  const held = checked.map((column, i) => holds(column, cells[columns.length + i] as Sql))
  return join([notNewer, ...held], ' AND ')
}

/** What SET says: each column's value, and the stamp. */
export function assignments({ table, columns }: UpdateBatch, values: readonly Sql[], stamp: Sql | null): Sql {
  const assigned = columns.map((column, i) => sql`${quote(column.name)} = ${values[i] as Sql}`)
  const { refreshedAt } = table
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

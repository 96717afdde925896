import type { OrderBy } from '../domain/values/where.ts'
import type { Connection } from './client.ts'
import { ownDialect, userTableDialect } from './dialect/dialect-of.ts'
import type { TableHealth } from './dialect/user-table-dialect.ts'
import type { UserTable } from './user-table/user-table.ts'

/** By how much the database's clock is ahead of ours, ms; null: it has none of its own (SQLite). */
export async function clockAheadMs({ client, dialect }: Connection, now: () => number): Promise<number | null> {
  const asked = now()
  const theirs = await ownDialect(dialect).clockMs(client)
  // It was read somewhere between the question and the answer.
  return theirs === null ? null : Math.round(theirs - (asked + now()) / 2)
}

/** Whether the server takes no writes: a standby, or one that is configured so. */
export function isReadOnly({ client, dialect }: Connection): Promise<boolean> {
  return ownDialect(dialect).isReadOnly(client)
}

/** What the user's table can be asked about its health. */
export function tableHealth({ dialect }: Pick<Connection, 'dialect'>): TableHealth {
  return userTableDialect(dialect).health
}

/** The statement that makes the index by which records come in their order; null: there is one, or none would serve. */
export async function missingIndex({ client, dialect }: Connection, table: UserTable, orderBy: readonly OrderBy[]) {
  const health = tableHealth({ dialect })
  const first = orderBy[0]?.column ?? table.refreshedAt?.name
  if (first === undefined || first === table.key.name) return null
  if ((await health.indexedFirst(client, table)).includes(first)) return null
  return health.createIndexSql(`${table.name}_${first}`.replaceAll(/\W/g, '_'), table, first)
}

import type { OrderBy } from '../domain/where.ts'
import type { Connection } from './client.ts'
import { ownDialect, userTableDialect } from './dialect/dialect-of.ts'
import type { UserTable } from './user-table/user-table.ts'

/** By how much the database's clock is ahead of ours, ms; null: it has none of its own (SQLite). */
export async function clockAheadMs({ client, dialect }: Connection, now: () => number): Promise<number | null> {
  const asked = now()
  const theirs = await ownDialect(dialect).clockMs(client)
  // It was read somewhere between the question and the answer.
  return theirs === null ? null : Math.round(theirs - (asked + now()) / 2)
}

/** Whether the server takes no writes: a standby, or one that was told so. */
export function isReadOnly({ client, dialect }: Connection): Promise<boolean> {
  return ownDialect(dialect).isReadOnly(client)
}

/** The rights that a run needs and this database user lacks. */
export function missingRights(
  { client, dialect }: Connection,
  table: UserTable,
  updated: readonly string[],
  file: string | undefined,
): Promise<string[]> {
  return userTableDialect(dialect).health.missingRights(client, table, updated, file)
}

/** The same in words, and what would help. */
export function explainRights({ client, dialect }: Connection, missing: readonly string[]) {
  return userTableDialect(dialect).health.explainRights(client, missing)
}

/** The statement that makes the index by which records come in their order; null: there is one, or none would serve. */
export async function missingIndex(
  { client, dialect }: Connection,
  table: UserTable,
  orderBy: readonly OrderBy[],
): Promise<string | null> {
  const { health } = userTableDialect(dialect)
  const first = orderBy[0]?.column ?? table.refreshedAt?.name
  if (first === undefined || first === table.key.name) return null
  if ((await health.indexedFirst(client, table)).includes(first)) return null
  return health.createIndexSql(`${table.name}_${first}`.replaceAll(/\W/g, '_'), table, first)
}

/** The number of rows, where that is quick to say: as the database estimates it. */
export function manyRows({ client, dialect }: Connection, table: UserTable, many: number): Promise<boolean> {
  return userTableDialect(dialect).health.hasMoreRows(client, table, many)
}

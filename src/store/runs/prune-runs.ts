import type { PruneRequest } from '../../refresh/ports/store.ts'
import type { Connection } from '../client.ts'
import { ownDialect } from '../dialect/dialect-of.ts'
import { type Db, type Dialect, queryRows, type Sql, sql } from '../sql.ts'

/** A page of replies is a megabyte at most; so many rows of other tables are smaller than one. */
const ROWS_A_PAGE = 20
/** Few runs are stopped so long before the reset of their cycle. */
const LOOKED_AT = 50

/**
 * Deletes a batch of what is kept of the oldest run whose items may go, in one statement and so one short transaction.
 * The run itself stays, marked as pruned. A stopped run qualifies once its billing cycle is over: it cannot be resumed.
 */
export async function pruneRuns({ client, dialect }: Connection, { vendor, endedBefore, now, rows }: PruneRequest) {
  const runs = await client.run.findMany({
    where: { vendor, status: { not: 'running' }, held: 0, endedAt: { lt: endedBefore }, prunedAt: null },
    orderBy: { no: 'asc' },
    take: LOOKED_AT,
    select: { no: true, status: true, spec: true },
  })
  const run = runs.find(({ status, spec }) => status !== 'stopped' || isOver(spec, now))
  if (run === undefined) return { rows: 0, more: false }
  for (const deletion of pruneRunSql(dialect, run.no, rows)) {
    const gone = await batch(client, deletion)
    if (gone > 0) return { rows: gone, more: true }
  }
  await client.run.update({ where: { no: run.no }, data: { prunedAt: now } })
  return { rows: 0, more: true }
}

/** By the reset that the run began with: a cycle may be as long as a year. */
function isOver(spec: string, now: number): boolean {
  const { resetAt } = JSON.parse(spec) as { readonly resetAt?: number }
  return resetAt !== undefined && now >= resetAt
}

async function batch(client: Db, { first, remove }: Deletion): Promise<number> {
  if (first === null) return client.$executeRaw(remove(0))
  const [row] = await queryRows<{ first: number | null }>(client, first)
  return row == null || row.first === null ? 0 : client.$executeRaw(remove(row.first))
}

interface Deletion {
  /** The lowest number that is left; null: rows have none. */
  readonly first: Sql | null
  /** Deletes a batch from that number on. */
  readonly remove: (first: number) => Sql
}

/** Deletions of a run's rows, by kind. Calls and items are numbered without gaps, so ranges do (see `untriedSql`). */
export function pruneRunSql(dialect: Dialect, runNo: number, rows: number): readonly Deletion[] {
  const { tables, writes } = ownDialect(dialect)
  const { replyPage, call, change, duplicate, item, snapshot } = tables
  const range = (table: Sql, number: Sql): Deletion => ({
    first: sql`SELECT min(${number}) AS first FROM ${table} WHERE run_no = ${runNo}`,
    remove: (first) =>
      sql`DELETE FROM ${table} WHERE run_no = ${runNo} AND ${number} >= ${first} AND ${number} < ${first + rows}`,
  })
  const few = (table: Sql, key: readonly string[], limit: number): Deletion => ({
    first: null,
    remove: () => writes.deleteFirst({ table, key, where: sql`run_no = ${runNo}`, orderBy: null, limit }),
  })
  return [
    few(replyPage, ['checkpoint', 'part'], Math.ceil(rows / ROWS_A_PAGE)),
    few(duplicate, ['seq', 'key'], rows),
    few(snapshot, ['checkpoint'], rows),
    range(change, sql`seq`),
    range(call, sql`n`),
    range(item, sql`seq`),
  ]
}

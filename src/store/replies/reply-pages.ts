import type { NotRefreshed, PagePlace } from '../../refresh/ports/replay-store.ts'
import type { CommittedItem } from '../../refresh/ports/store.ts'
import type { Writing } from '../checkpoint/results.ts'
import type { Client } from '../client.ts'
import { ownDialect, ownTables } from '../dialect/dialect-of.ts'
import { type Db, type Dialect, join, type Sql, sql } from '../sql.ts'
import { type PackedReplies, unpackReplies } from './reply-body.ts'

/** Writes the replies of the calls that a checkpoint settles, beside how their records ended; null where none is kept. */
export function repliesWrite({ table, input, written }: Writing, packed: readonly PackedReplies[]): Sql | null {
  if (packed.length === 0) return null
  const standing = new Map(written.map(({ item }) => [item.key, item]))
  const rows = packed.map(({ calls, body }, part) => {
    const keys = calls.flatMap(({ items }) =>
      items.flatMap(({ key, duplicates }) => [key, ...duplicates.map((duplicate) => duplicate.key)]),
    )
    const open = keys.flatMap((key) => notRefreshed(standing.get(key)))
    const until = calls.reduce((last, { reply }) => Math.max(last, reply.until), 0)
    const of = sql`${input.runNo}, ${input.after + 1}, ${part}, ${BigInt(input.now)}, ${BigInt(until)}`
    return sql`(${of}, ${calls.length}, ${JSON.stringify(open.map(toTuple))}, ${body})`
  })
  return sql`INSERT INTO ${ownTables(table.dialect).replyPage}
    (run_no, checkpoint, part, stamped_at, expires_at, calls, not_refreshed, body) VALUES ${join(rows)}`
}

/** Records that will be asked for again have not ended. */
function notRefreshed(item: CommittedItem | undefined): NotRefreshed[] {
  if (item === undefined || item.end === null || item.end === 'refreshed') return []
  return [{ key: item.key, seq: item.duplicate ? 0 : item.seq, end: item.end }]
}

type Tuple = [key: string, seq: number, end: NotRefreshed['end']]

function toTuple({ key, seq, end }: NotRefreshed): Tuple {
  return [key, seq, end]
}

type Pages = Pick<Client, 'replyPage'>

/** The next page of a run's that has not expired. */
export async function readPage(client: Pages, runNo: number, after: PagePlace | null, now: number) {
  const { checkpoint = 0, part = -1 } = after ?? {}
  const isLater = { checkpoint: { gte: checkpoint }, NOT: { checkpoint, part: { lte: part } } }
  const where = { runNo, expiresAt: { gt: now }, ...isLater }
  const row = await client.replyPage.findFirst({ where, orderBy: [{ checkpoint: 'asc' }, { part: 'asc' }] })
  if (row === null) return null
  return {
    checkpoint: row.checkpoint,
    part: row.part,
    stampedAt: Number(row.stampedAt),
    calls: await unpackReplies(row.body),
    notRefreshed: (JSON.parse(row.notRefreshed) as Tuple[]).map(([key, seq, end]) => ({ key, seq, end })),
  }
}

/** Keeps the records that a replay has not repaired. */
export async function keepNotRefreshed(client: Pages, runNo: number, place: PagePlace, left: readonly NotRefreshed[]) {
  const where = { runNo, checkpoint: place.checkpoint, part: place.part }
  await client.replyPage.updateMany({ where, data: { notRefreshed: JSON.stringify(left.map(toTuple)) } })
}

/** Ids of the latest runs of the vendor's that have pages, the latest first. */
export async function runsWithReplies(db: Db, dialect: Dialect, vendor: string, now: number): Promise<string[]> {
  const own = ownTables(dialect)
  const rows = await db.$queryRaw<{ id: string }[]>(sql`SELECT r.id FROM ${own.run} AS r WHERE r.vendor = ${vendor}
    AND EXISTS (SELECT 1 FROM ${own.replyPage} AS p WHERE p.run_no = r.no AND p.expires_at > ${BigInt(now)})
    ORDER BY r.no DESC LIMIT 3`)
  return rows.map(({ id }) => id)
}

/** Deletes up to that many expired pages, the longest expired first; answers how many. */
export async function pruneReplies(db: Db, dialect: Dialect, now: number, pages: number): Promise<number> {
  return db.$executeRaw(pruneSql(dialect, now, pages))
}

/** Exported for the test of its plan. */
export function pruneSql(dialect: Dialect, now: number, pages: number): Sql {
  const { tables, writes } = ownDialect(dialect)
  const key = ['run_no', 'checkpoint', 'part']
  const where = sql`expires_at <= ${BigInt(now)}`
  return writes.deleteFirst({ table: tables.replyPage, key, where, orderBy: 'expires_at', limit: pages })
}

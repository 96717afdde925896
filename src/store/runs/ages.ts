import type { Condition } from '../../domain/where.ts'
import type { Transaction } from '../client.ts'
import { ownTables, userTableDialect } from '../dialect/dialect-of.ts'
import { namedColumns } from '../selection/duplicates.ts'
import { oldEnoughSql } from '../selection/old-enough.ts'
import { join, raw, type Sql, sql } from '../sql.ts'
import { columnSql, tableSql, type UserTable } from '../user-table/user-table.ts'
import { whereSql } from '../user-table/where/where-sql.ts'

export interface AgesRequest {
  readonly vendor: string
  readonly condition: Condition
  /** Records refreshed after this instant (epoch ms) are not eligible; null: they are. */
  readonly youngAfter: number | null
  /** Epoch milliseconds. */
  readonly now: number
  /** Where one age ends and the next begins, days, rising. */
  readonly days: readonly number[]
  /** Columns that records with the same request have in common; none: each has a request of its own. */
  readonly dedupeBy: readonly string[]
}

/** How stale the eligible records are, those on cool-down apart. */
export interface Ages {
  readonly eligible: number
  readonly coolingDown: number
  /** Of the eligible, those that would share the request of another. */
  readonly shared: number
  /** Never refreshed; null: the table does not say. */
  readonly never: number | null
  /** Records from the younger to the older of two bounds, the first from now on, the last without end; null likewise. */
  readonly byAge: readonly number[] | null
}

const DAY_MS = 86_400_000

/**
 * Counts in one pass over the table, and one over what spenddown remembers. Ages are exact to the day.
 */
export async function countAges(
  client: Pick<Transaction, '$queryRaw'>,
  table: UserTable,
  request: AgesRequest,
): Promise<Ages> {
  const wanted = oldEnoughSql(whereSql(request.condition, table, 't'), request.youngAfter, table, 't')
  const all = await counts(client, table, request, wanted)
  const coolingDown = userTableDialect(table.dialect).keys.isAmong(table, 't', coolingKeys(table, request))
  const rests = await anyCooling(client, table, request)
  const resting = rests ? await counts(client, table, request, sql`${wanted} AND ${coolingDown}`) : null
  const awake = rests ? sql`${wanted} AND NOT ${coolingDown}` : wanted
  const less = (at: number) => (all[at] ?? 0) - (resting?.[at] ?? 0)
  // The counts are of records older than each bound.
  const older = request.days.map((_, at) => less(at + 2))
  const dated = less(0) - less(1)
  const byAge = [dated, ...older].map((count, at) => count - (older[at] ?? 0))
  const known = table.refreshedAt !== null
  return {
    eligible: less(0),
    coolingDown: resting?.[0] ?? 0,
    shared: request.dedupeBy.length === 0 ? 0 : await countShared(client, table, request.dedupeBy, awake),
    never: known ? less(1) : null,
    byAge: known ? byAge : null,
  }
}

/** All records, those never refreshed, and those older than each bound. */
async function counts(
  client: Pick<Transaction, '$queryRaw'>,
  table: UserTable,
  request: AgesRequest,
  wanted: Sql,
): Promise<number[]> {
  const parts = [raw('(1 = 1)'), neverSql(table), ...request.days.map((days) => olderSql(table, request.now, days))]
  const sums = parts.map((part, at) => sql`coalesce(sum(CASE WHEN ${part} THEN 1 ELSE 0 END), 0) AS ${raw(`c${at}`)}`)
  const [row] = await client.$queryRaw<Record<string, bigint | number>[]>(
    sql`SELECT ${join(sums)} FROM ${tableSql(table)} AS t WHERE ${wanted}`,
  )
  return parts.map((_, at) => Number(row?.[`c${at}`] ?? 0))
}

/** Records beyond the first of each request; those with a NULL among the columns share with nobody. */
async function countShared(
  client: Pick<Transaction, '$queryRaw'>,
  table: UserTable,
  dedupeBy: readonly string[],
  awake: Sql,
): Promise<number> {
  const columns = namedColumns(table, dedupeBy, 't')
  const known = join(
    columns.map((column) => sql`${column} IS NOT NULL`),
    ' AND ',
  )
  const [row] = await client.$queryRaw<{ shared: bigint | number | null }[]>(
    sql`SELECT CAST(sum(g.n - 1) AS BIGINT) AS shared FROM (
      SELECT count(*) AS n FROM ${tableSql(table)} AS t WHERE ${awake} AND ${known} GROUP BY ${join(columns)}
    ) AS g`,
  )
  return Number(row?.shared ?? 0)
}

function neverSql({ refreshedAt }: UserTable): Sql {
  return refreshedAt === null ? raw('(1 = 0)') : sql`${columnSql(refreshedAt, 't')} IS NULL`
}

function olderSql({ refreshedAt, dialect }: UserTable, now: number, days: number): Sql {
  if (refreshedAt === null) return raw('(1 = 0)')
  return userTableDialect(dialect).instants.isBefore(refreshedAt, columnSql(refreshedAt, 't'), now - days * DAY_MS)
}

async function anyCooling(client: Pick<Transaction, '$queryRaw'>, table: UserTable, request: AgesRequest) {
  const rows = await client.$queryRaw<unknown[]>(
    sql`SELECT 1 AS one FROM (${coolingKeys(table, request)}) AS c LIMIT 1`,
  )
  return rows.length > 0
}

function coolingKeys(table: UserTable, { vendor, now }: AgesRequest): Sql {
  return sql`SELECT m.key FROM ${ownTables(table.dialect).memory} AS m
    WHERE m.vendor = ${vendor} AND m.source = ${table.label} AND m.cool_down_until > ${BigInt(now)}`
}

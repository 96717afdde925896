import type { Selection, SelectRequest } from '../../refresh/ports/selection.ts'
import { wholeNumberSql } from '../dialect/casts.ts'
import { ownTables, userTableDialect } from '../dialect/dialect-of.ts'
import { namedColumns } from '../selection/duplicates.ts'
import { oldEnoughSql } from '../selection/open-records.ts'
import { allOf, join, queryRows, type Reader, raw, type Sql, sql } from '../sql.ts'
import { columnOf, columnSql, tableSql, type UserTable } from '../user-table/user-table.ts'
import { whereSql } from '../user-table/where/where-sql.ts'

export interface AgesRequest
  extends Pick<SelectRequest, 'vendor' | 'youngAfter' | 'now'>,
    Pick<Selection, 'condition' | 'dedupeBy'> {
  /** Where one age ends and the next begins, days, rising. */
  readonly days: readonly number[]
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

/** Counts in one pass over the table, and one over what spenddown remembers. Ages are exact to the day. */
export async function countAges(client: Reader, table: UserTable, request: AgesRequest): Promise<Ages> {
  const wanted = oldEnoughSql(whereSql(request.condition, table, 't'), request.youngAfter, table, 't')
  const all = await counts(client, table, request, wanted)
  const cooling = coolingKeys(table, request)
  const coolingDown = userTableDialect(table.dialect).keys.isAmong(table, 't', cooling)
  const rests = (await client.$queryRaw<unknown[]>(sql`${cooling} LIMIT 1`)).length > 0
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
    shared: request.dedupeBy.length === 0 ? 0 : await countShared(client, table, request, awake),
    never: known ? less(1) : null,
    byAge: known ? byAge : null,
  }
}

/** All records, those never refreshed, and those older than each bound. */
async function counts(client: Reader, table: UserTable, request: AgesRequest, wanted: Sql): Promise<number[]> {
  const parts = [raw('(1 = 1)'), neverSql(table), ...request.days.map((days) => olderSql(table, request.now, days))]
  const sums = parts.map((part, at) => sql`coalesce(sum(CASE WHEN ${part} THEN 1 ELSE 0 END), 0) AS ${raw(`c${at}`)}`)
  const counting = sql`SELECT ${join(sums)} FROM ${tableSql(table)} AS t WHERE ${wanted}`
  const [row] = await queryRows<Record<string, number>>(client, counting)
  return parts.map((_, at) => row?.[`c${at}`] ?? 0)
}

/** Records beyond the first of each request; those with a NULL among the columns share none. */
async function countShared(client: Reader, table: UserTable, { dedupeBy }: AgesRequest, awake: Sql): Promise<number> {
  const columns = namedColumns(table, dedupeBy, 't')
  const { exact } = userTableDialect(table.dialect).conditions
  const apart = dedupeBy.map((name, at) => exact(columnOf(table, name), columns[at] as Sql))
  const known = allOf(columns.map((column) => sql`${column} IS NOT NULL`))
  const counting = sql`SELECT ${wholeNumberSql(table.dialect, raw('sum(g.n - 1)'))} AS shared FROM (
      SELECT count(*) AS n FROM ${tableSql(table)} AS t WHERE ${awake} AND ${known} GROUP BY ${join(apart)}
    ) AS g`
  const [row] = await queryRows<{ shared: number | null }>(client, counting)
  return row?.shared ?? 0
}

function neverSql({ refreshedAt }: UserTable): Sql {
  return refreshedAt === null ? raw('(1 = 0)') : sql`${columnSql(refreshedAt, 't')} IS NULL`
}

function olderSql({ refreshedAt, dialect }: UserTable, now: number, days: number): Sql {
  if (refreshedAt === null) return raw('(1 = 0)')
  return userTableDialect(dialect).instants.isBefore(refreshedAt, columnSql(refreshedAt, 't'), now - days * DAY_MS)
}

function coolingKeys(table: UserTable, { vendor, now }: AgesRequest): Sql {
  return sql`SELECT m.key AS value FROM ${ownTables(table.dialect).memory} AS m
    WHERE m.vendor = ${vendor} AND m.source = ${table.label} AND m.cool_down_until > ${BigInt(now)}`
}

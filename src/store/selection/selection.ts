import type { Run } from '../../domain/run/run.ts'
import type { RecordKey } from '../../domain/values/record.ts'
import type { Selected, SelectRequest } from '../../refresh/ports/selection.ts'
import type { Transaction } from '../client.ts'
import { ownDialect, ownTables, userTableDialect } from '../dialect/dialect-of.ts'
import { jsonList } from '../json-rows.ts'
import { type Dialect, empty, join, queryRows, quote, type Reader, raw, type Sql, sql } from '../sql.ts'
import { refreshedAtSql } from '../user-table/read/record-json.ts'
import { columnSql, keySql, tableSql, type UserTable } from '../user-table/user-table.ts'
import { parseScalar } from '../user-table/where/parse-scalar.ts'
import { type OrderPart, orderParts, whereSql } from '../user-table/where/where-sql.ts'
import { insertDuplicates, sameSql } from './duplicates.ts'
import { gainRows } from './gain-rows.ts'
import { type Beliefs, beliefsOf } from './seen-looks.ts'

/**
 * One INSERT … SELECT that freezes the run's next records, in its order, without passing them through Node; records in
 * the run or cooling down are left out. Repeated because the answer was lost, it selects nothing more and answers the
 * same.
 */
export async function select(tx: Transaction, table: UserTable, request: SelectRequest): Promise<Selected> {
  const run = await tx.run.findUniqueOrThrow({ where: { no: request.runNo } })
  if (run.selected > request.already) return standing(run)
  const beliefs = request.limit > 0 ? await beliefsFor(tx, table, request) : null
  const added = request.limit > 0 ? await tx.$executeRaw(insertItems(table, request, beliefs, run.selected)) : 0
  const dedupes = request.selection.dedupeBy.length > 0
  const shared = () => insertDuplicates(table, request, run.selected, openSql(table, request))
  const duplicates = dedupes && added > 0 ? await tx.$executeRaw(shared()) : 0
  // Where records are duplicates of others, fewer items than asked for do not mean that there are no more.
  const all = request.limit > 0 && !dedupes ? added < request.limit : !(await isAnyOpen(tx, table, request))
  const coolingDown = run.selected === 0 ? await countCoolingDown(tx, table, request) : run.coolingDown
  const counts = { selected: run.selected + added, duplicates: run.duplicates + duplicates, coolingDown }
  const now = standing(await tx.run.update({ where: { no: request.runNo }, data: { ...counts, selectedAll: all } }))
  return request.selection.gain !== undefined && beliefs === null && added > 0 ? { ...now, stalestInstead: true } : now
}

type Counts = Pick<Run, 'selected' | 'duplicates' | 'selectedAll' | 'coolingDown'>

function standing({ selected, duplicates, selectedAll: all, coolingDown }: Counts): Selected {
  return { selected, duplicates, all, coolingDown }
}

/** Numbered in the subquery's order, which keeps `limit` rows; a window with its own ORDER BY would sort them all. */
function insertItems(table: UserTable, request: SelectRequest, beliefs: Beliefs | null, already: number): Sql {
  const { dedupeBy } = request.selection
  const isFirst = () => sql`${eligible(table, request)} AND NOT ${onCoolDown(table, request)}`
  const wanted = already > 0 ? openSql(table, request) : isFirst()
  const columns: Record<string, Sql> = { key: keySql(table, 't'), refreshed_at: refreshedAtSql(table, 't') }
  if (dedupeBy.length > 0) columns.same = sameSql(table, dedupeBy, 't')
  const ordered = inOrder(table, request, beliefs, columns, wanted)
  const { rows, place } = dedupeBy.length > 0 ? distinct(table.dialect, ordered) : ordered
  return sql`INSERT INTO ${ownTables(table.dialect).item} (run_no, seq, "key", refreshed_at, state, attempts)
    SELECT ${bigint(table, request.runNo)}, ${bigint(table, already)} + ${place},
      s.key, s.refreshed_at, 'pending', 0
    FROM (${rows}) AS s`
}

/** A SELECT of rows in their order, and their places in it, which whoever selects from it as `s` can number them by. */
interface Ordered {
  readonly rows: Sql
  readonly place: Sql
}

/** What the looks at records show, where the order goes by it; null: it does not, or there are too few yet. */
async function beliefsFor(db: Reader, table: UserTable, { vendor, selection: { gain } }: Which) {
  return gain === undefined ? null : beliefsOf(db, table, vendor, gain.groups)
}

/** The first `limit` of the wanted records (as `t`) in the selection's order; `columns`: by the names that they get. */
function inOrder(
  table: UserTable,
  request: Which & { readonly limit: number },
  beliefs: Beliefs | null,
  columns: Readonly<Record<string, Sql>>,
  wanted: Sql,
  numbersInOrder = ownDialect(table.dialect).numbersInOrder,
): Ordered {
  const asColumns = (of: Readonly<Record<string, Sql>>) =>
    join(Object.entries(of).map(([name, column]) => sql`${column} AS ${quote(name)}`))
  const limit = sql`LIMIT ${bigint(table, request.limit)}`
  const { gain } = request.selection
  const isByGain = gain !== undefined && beliefs !== null
  const order = isByGain ? gainParts(table) : parts(table, request)
  const ordered = join(order.map(({ by, how }) => sql`${by} ${raw(how)}`))
  const placed = numbersInOrder ? {} : Object.fromEntries(order.map(({ by }, at) => [`place${at}`, by]))
  const again = order.map(({ how }, at) => `s.place${at} ${how}`).join(', ')
  const place = raw(`row_number() OVER (${numbersInOrder ? '' : `ORDER BY ${again}`})`)
  if (!isByGain) {
    const rows = sql`SELECT ${asColumns({ ...columns, ...placed })} FROM ${tableSql(table)} AS t ${memoryJoin(table, request)}
      WHERE ${wanted} ORDER BY ${ordered} ${limit}`
    return { rows, place }
  }
  const list = asColumns(columns)
  const names = asColumns({
    ...Object.fromEntries(Object.keys(columns).map((name) => [name, sql`g.${quote(name)}`])),
    ...placed,
  })
  const { now, runNo } = request
  const from = sql`${tableSql(table)} AS t ${memorySql(table, request)}`
  const gains = gainRows(table, { gain, beliefs, now, seed: runNo }, sql`${list}, ${placeColumns(table)}`, from, wanted)
  return { rows: sql`SELECT ${names} FROM (${gains}) AS g ORDER BY ${ordered} ${limit}`, place }
}

/** What records of the same gain are ordered by: as the default order. */
export function placeColumns(table: UserTable): Sql {
  const { key, refreshedAt } = table
  return sql`${columnSql(refreshedAt ?? key, 't')} AS own_refreshed_at, ${columnSql(key, 't')} AS own_key`
}

export function placeOrder(table: UserTable): Sql {
  return join(placeParts(table).map(({ by, how }) => sql`${by} ${raw(how)}`))
}

function placeParts({ dialect, refreshedAt }: UserTable): OrderPart[] {
  const nulls = refreshedAt?.nullable ? userTableDialect(dialect).conditions.orderNulls('asc') : ''
  return [
    { by: raw('g.own_refreshed_at'), how: `ASC${nulls}` },
    { by: raw('g.own_key'), how: 'ASC' },
  ]
}

function gainParts(table: UserTable): OrderPart[] {
  return [{ by: raw('g.gain'), how: 'DESC' }, ...placeParts(table)]
}

/** Of records that would send the same request, the first alone; in the order of the rows. */
function distinct(dialect: Dialect, { rows, place }: Ordered): Ordered {
  const { numbersInOrder, once } = ownDialect(dialect)
  const first = sql`SELECT n.key, n.refreshed_at, n.place FROM (
      SELECT p.*, row_number() OVER (PARTITION BY p.same ORDER BY p.place) AS nth
      FROM (SELECT s.*, ${place} AS place FROM (${rows}) AS s) AS p
    ) AS n WHERE n.nth = 1 ORDER BY n.place ${once}`
  return { rows: first, place: raw(`row_number() OVER (${numbersInOrder ? '' : 'ORDER BY s.place'})`) }
}

/** Whether a record `t` may be selected: eligible, not on cool-down, and not in the run yet. */
export function openSql(table: UserTable, which: Which): Sql {
  const isNew = ownDialect(table.dialect).notInRun(keySql(table, 't'), which.runNo)
  return sql`${eligible(table, which)} AND NOT ${onCoolDown(table, which)} AND ${isNew}`
}

/** How many records the selection would find, with and without those on cool-down. */
export async function countEligible(tx: Reader, table: UserTable, request: Which) {
  const { dedupeBy } = request.selection
  const distinct =
    dedupeBy.length === 0
      ? sql`0`
      : sql`count(DISTINCT CASE WHEN NOT ${onCoolDown(table, request)} THEN ${sameSql(table, dedupeBy, 't')} END)`
  const cooling = sql`coalesce(sum(CASE WHEN ${onCoolDown(table, request)} THEN 1 ELSE 0 END), 0)`
  const counting = sql`SELECT count(*) AS eligible, ${distinct} AS "distinct", ${cooling} AS "coolingDown"
    FROM ${tableSql(table)} AS t WHERE ${eligible(table, request)}`
  const [row] = await queryRows<{ eligible: number; coolingDown: number; distinct: number }>(tx, counting)
  const { eligible: all, coolingDown, distinct: requests } = row ?? { eligible: 0, coolingDown: 0, distinct: 0 }
  const left = all - coolingDown
  return { eligible: left, coolingDown, shared: dedupeBy.length === 0 ? 0 : left - requests }
}

/** The keys that the selection would take first, in order. */
export async function firstKeys(db: Reader, table: UserTable, request: Which & { readonly limit: number }) {
  const columns = { key: keySql(table, 't'), refreshedAt: refreshedAtSql(table, 't') }
  const beliefs = await beliefsFor(db, table, request)
  const { rows: first } = inOrder(table, request, beliefs, columns, openSql(table, request), true)
  return db.$queryRaw<{ key: RecordKey; refreshedAt: string | null }[]>(first)
}

/** Whether the selection would find a record more. */
async function isAnyOpen(db: Reader, table: UserTable, request: Which): Promise<boolean> {
  const any = sql`SELECT 1 AS one FROM ${tableSql(table)} AS t WHERE ${openSql(table, request)} LIMIT 1`
  return (await db.$queryRaw<unknown[]>(any)).length > 0
}

export type Which = Pick<SelectRequest, 'runNo' | 'selection' | 'vendor' | 'restIfPaidAfter' | 'youngAfter' | 'now'> & {
  /** Keys handed in, where there is no run yet that holds them. */
  readonly keys?: readonly RecordKey[] | null
}

async function countCoolingDown(tx: Transaction, table: UserTable, request: SelectRequest): Promise<number> {
  const own = ownTables(table.dialect)
  const any = await tx.$queryRaw<unknown[]>(sql`SELECT 1 AS one FROM ${own.memory}
    WHERE vendor = ${request.vendor} AND source = ${table.label} AND ${rests(table, request, empty)} LIMIT 1`)
  if (any.length === 0) return 0
  const counting = sql`SELECT count(*) AS n FROM ${tableSql(table)} AS t
    WHERE ${eligible(table, request)} AND ${onCoolDown(table, request)}`
  return (await queryRows<{ n: number }>(tx, counting))[0]?.n ?? 0
}

function eligible(table: UserTable, which: Which): Sql {
  const condition = oldEnoughSql(whereSql(which.selection.condition, table, 't'), which.youngAfter, table, 't')
  if (!which.selection.byKey) return sql`(${condition})`
  return sql`(${condition}) AND ${userTableDialect(table.dialect).keys.isAmong(table, 't', requested(table, which))}`
}

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

function requested(table: UserTable, { runNo, keys }: Which): Sql {
  if (keys) return jsonList(table.dialect, 'key', keys)
  return sql`SELECT r.key AS value FROM ${ownTables(table.dialect).requestedKey} AS r WHERE r.run_no = ${bigint(table, runNo)}`
}

/** Stalest first; where the records carry no instant of their own, by when spenddown last tried them. */
function parts(table: UserTable, { selection }: Which): OrderPart[] {
  const given = orderParts(selection.orderBy, table, 't')
  const nullsFirst = userTableDialect(table.dialect).conditions.orderNulls('asc')
  return byMemory(table, selection) ? [{ by: raw('m.tried_at'), how: `ASC${nullsFirst}` }, ...given] : given
}

function memoryJoin(table: UserTable, request: Which): Sql {
  return byMemory(table, request.selection) ? memorySql(table, request) : empty
}

/** What is remembered of record `t`, as `m`. */
export function memorySql(table: UserTable, request: Which): Sql {
  return sql`LEFT JOIN ${ownTables(table.dialect).memory} AS m
    ON m.vendor = ${request.vendor} AND m.source = ${table.label} AND m.key = ${keySql(table, 't')}`
}

function byMemory(table: UserTable, selection: Which['selection']): boolean {
  return table.refreshedAt === null && selection.orderBy.length === 0
}

/** On cool-down, or, where that is wanted, paid for not long ago: its data would be old. `memory`: its alias and a dot. */
function rests(table: UserTable, { now, restIfPaidAfter }: Which, memory: Sql): Sql {
  const cooling = sql`${memory}cool_down_until > ${bigint(table, now)}`
  if (restIfPaidAfter === null) return cooling
  return sql`(${cooling} OR ${memory}paid_at > ${bigint(table, restIfPaidAfter)})`
}

function onCoolDown(table: UserTable, request: Which): Sql {
  return sql`EXISTS (SELECT 1 FROM ${ownTables(table.dialect).memory} AS c
    WHERE c.vendor = ${request.vendor} AND c.source = ${table.label} AND c.key = ${keySql(table, 't')}
      AND ${rests(table, request, raw('c.'))})`
}

function bigint(table: UserTable, value: number): Sql {
  return ownDialect(table.dialect).wholeNumber(value)
}

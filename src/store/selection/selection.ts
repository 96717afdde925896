import type { Run } from '../../domain/run/run.ts'
import type { RecordKey } from '../../domain/values/record.ts'
import type { GainOrder, Selected, SelectRequest } from '../../refresh/ports/selection.ts'
import type { Transaction } from '../client.ts'
import { ownDialect, ownTables, userTableDialect } from '../dialect/dialect-of.ts'
import { type Dialect, empty, join, quote, type Reader, raw, type Sql, sql } from '../sql.ts'
import { refreshedAtSql } from '../user-table/read/record-json.ts'
import { columnSql, keySql, tableSql, type UserTable } from '../user-table/user-table.ts'
import { type OrderPart, orderParts } from '../user-table/where/where-sql.ts'
import { insertDuplicates, sameSql } from './duplicates.ts'
import { expectedOf } from './expected.ts'
import { type GainRequest, gainRows } from './gain-rows.ts'
import { type Cut, candidates, cutFor } from './large-table.ts'
import {
  bigint,
  countCoolingDown,
  eligible,
  isAnyOpen,
  memorySql,
  onCoolDown,
  openSql,
  type Which,
} from './open-records.ts'
import { type Sample, sampleOf } from './sample.ts'
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
  const added = request.limit > 0 ? await insertItems(tx, table, request, beliefs, run.selected) : 0
  const dedupes = request.selection.dedupeBy.length > 0
  const shared = () => insertDuplicates(table, request, run.selected, openSql(table, request))
  const duplicates = dedupes && added > 0 ? await tx.$executeRaw(shared()) : 0
  // Where records are duplicates of others, fewer items than asked for do not mean that there are no more.
  const all = request.limit > 0 && !dedupes ? added < request.limit : !(await isAnyOpen(tx, table, request))
  const coolingDown = run.selected === 0 ? await countCoolingDown(tx, table, request) : run.coolingDown
  const counts = { selected: run.selected + added, duplicates: run.duplicates + duplicates, coolingDown }
  const expected = added === 0 ? run.expected : await expectation(tx, table, request, beliefs, run)
  const data = { ...counts, selectedAll: all, expected }
  const now = standing(await tx.run.update({ where: { no: request.runNo }, data }))
  return request.selection.gain !== undefined && beliefs === null && added > 0 ? { ...now, stalestInstead: true } : now
}

/** Null: some of the run's records were selected in another order, so that what is expected would not be of all of them. */
async function expectation(
  tx: Transaction,
  table: UserTable,
  request: SelectRequest,
  beliefs: Beliefs | null,
  run: { readonly selected: number; readonly expected: string | null },
): Promise<string | null> {
  const { gain } = request.selection
  const isOfAll = run.selected === 0 || run.expected !== null
  if (gain === undefined || beliefs === null || !isOfAll) return null
  return expectedOf(tx, table, request, gainRequest(request, gain, beliefs), run)
}

type Counts = Pick<Run, 'selected' | 'duplicates' | 'selectedAll' | 'coolingDown'>

function standing({ selected, duplicates, selectedAll: all, coolingDown }: Counts): Selected {
  return { selected, duplicates, all, coolingDown }
}

/** Inserts the next items. What a large table's cut leaves out is looked at only where too few records gained enough. */
async function insertItems(
  tx: Transaction,
  table: UserTable,
  request: SelectRequest,
  beliefs: Beliefs | null,
  already: number,
): Promise<number> {
  const cut = beliefs === null ? null : await cutAt(tx, table, request, beliefs)
  const first = cut === null ? 0 : await tx.$executeRaw(insertSql(table, request, beliefs, already, cut))
  const limit = request.limit - first
  if (limit === 0) return first
  return first + (await tx.$executeRaw(insertSql(table, { ...request, limit }, beliefs, already + first, null)))
}

/** Numbered in the subquery's order, which keeps `limit` rows; a window with its own ORDER BY would sort them all. */
function insertSql(
  table: UserTable,
  request: SelectRequest,
  beliefs: Beliefs | null,
  already: number,
  cut: LargeCut | null,
): Sql {
  const { dedupeBy } = request.selection
  const isFirst = () => sql`${eligible(table, request)} AND NOT ${onCoolDown(table, request)}`
  const wanted = already > 0 ? openSql(table, request) : isFirst()
  const columns: Record<string, Sql> = { key: keySql(table, 't'), refreshed_at: refreshedAtSql(table, 't') }
  if (dedupeBy.length > 0) columns.same = sameSql(table, dedupeBy, 't')
  const ordered = inOrder(table, request, { beliefs, cut }, columns, wanted)
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
  { beliefs, cut }: { readonly beliefs: Beliefs | null; readonly cut: LargeCut | null },
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
  const believed = gainRequest(request, gain, beliefs)
  const records = cut === null ? sql`${tableSql(table)} AS t` : candidatesOf(table, request, believed, cut)
  const from = sql`${records} ${memorySql(table, request)}`
  const gains = gainRows(table, believed, sql`${list}, ${placeColumns(table)}`, from, wanted)
  const enough = cut === null ? empty : sql`WHERE g.gain >= ${raw(String(cut.least))}`
  return { rows: sql`SELECT ${names} FROM (${gains}) AS g ${enough} ORDER BY ${ordered} ${limit}`, place }
}

function gainRequest({ now, runNo }: Which, gain: GainOrder, beliefs: Beliefs): GainRequest {
  return { gain, beliefs, now, seed: runNo }
}

type LargeCut = Cut & { readonly sample: Sample }

/** Below which gain records are left out without a look; null: the table is not so large, or all of them are wanted. */
async function cutAt(
  db: Reader,
  table: UserTable,
  request: Which & { readonly limit: number },
  beliefs: Beliefs,
  large?: number,
): Promise<LargeCut | null> {
  const { gain, byKey } = request.selection
  const sample = gain === undefined || byKey ? null : await sampleOf(db, table, large)
  if (gain === undefined || sample === null) return null
  const parts = { sample, memory: memorySql(table, request), open: openSql(table, request), limit: request.limit }
  const cut = await cutFor(db, table, { ...gainRequest(request, gain, beliefs), seed: null }, parts)
  return cut && { ...cut, sample }
}

function candidatesOf(table: UserTable, request: Which, order: GainRequest, cut: LargeCut): Sql {
  const { vendor, runNo: seed } = request
  return candidates(table, order, { vendor, cut, sample: cut.sample, eligible: eligible(table, request), seed })
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

/** The keys that the selection would take first, in order; `large`: a table with more rows is not read whole. */
export async function firstKeys(
  db: Reader,
  table: UserTable,
  request: Which & { readonly limit: number },
  large?: number,
) {
  const columns = { key: keySql(table, 't'), refreshedAt: refreshedAtSql(table, 't') }
  const beliefs = await beliefsFor(db, table, request)
  const cut = beliefs === null ? null : await cutAt(db, table, request, beliefs, large)
  const { rows: first } = inOrder(table, request, { beliefs, cut }, columns, openSql(table, request), true)
  return db.$queryRaw<{ key: RecordKey; refreshedAt: string | null }[]>(first)
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

function byMemory(table: UserTable, selection: Which['selection']): boolean {
  return table.refreshedAt === null && selection.orderBy.length === 0
}

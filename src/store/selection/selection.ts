import type { Run } from '../../domain/run/run.ts'
import type { RecordKey } from '../../domain/values/record.ts'
import type { Selected, SelectRequest } from '../../refresh/ports/selection.ts'
import type { Transaction } from '../client.ts'
import { ownDialect, ownTables, userTableDialect } from '../dialect/dialect-of.ts'
import { jsonList } from '../json-rows.ts'
import { empty, queryRows, type Reader, raw, type Sql, sql } from '../sql.ts'
import { refreshedAtSql } from '../user-table/read/record-json.ts'
import { keySql, tableSql, type UserTable } from '../user-table/user-table.ts'
import { parseScalar } from '../user-table/where/parse-scalar.ts'
import { orderSql, whereSql } from '../user-table/where/where-sql.ts'
import { insertDuplicates, sameSql } from './duplicates.ts'

/**
 * One INSERT … SELECT that freezes the run's next records, in its order, without passing them through Node; records in
 * the run or cooling down are left out. Repeated because the answer was lost, it selects nothing more and answers the
 * same.
 */
export async function select(tx: Transaction, table: UserTable, request: SelectRequest): Promise<Selected> {
  const run = await tx.run.findUniqueOrThrow({ where: { no: request.runNo } })
  if (run.selected > request.already) return standing(run)
  const added = request.limit > 0 ? await tx.$executeRaw(insertItems(table, request, run.selected)) : 0
  const dedupes = request.selection.dedupeBy.length > 0
  const shared = () => insertDuplicates(table, request, run.selected, open(table, request))
  const duplicates = dedupes && added > 0 ? await tx.$executeRaw(shared()) : 0
  // Where records are duplicates of others, fewer items than asked for do not mean that there are no more.
  const all =
    request.limit > 0 && !dedupes
      ? added < request.limit
      : (await firstKeys(tx, table, { ...request, limit: 1 })).length === 0
  const coolingDown = run.selected === 0 ? await countCoolingDown(tx, table, request) : run.coolingDown
  const counts = { selected: run.selected + added, duplicates: run.duplicates + duplicates, coolingDown }
  return standing(await tx.run.update({ where: { no: request.runNo }, data: { ...counts, selectedAll: all } }))
}

type Counts = Pick<Run, 'selected' | 'duplicates' | 'selectedAll' | 'coolingDown'>

function standing({ selected, duplicates, selectedAll: all, coolingDown }: Counts): Selected {
  return { selected, duplicates, all, coolingDown }
}

/** Numbered in the subquery's order, which keeps `limit` rows; a window with its own ORDER BY would sort them all. */
function insertItems(table: UserTable, request: SelectRequest, already: number): Sql {
  const { dedupeBy } = request.selection
  const same = dedupeBy.length > 0 ? sql`, ${sameSql(table, dedupeBy, 't')} AS same` : empty
  const isFirst = () => sql`${eligible(table, request)} AND NOT ${onCoolDown(table, request)}`
  const rows = sql`SELECT ${keySql(table, 't')} AS key, ${refreshedAtSql(table, 't')} AS refreshed_at${same}
      FROM ${tableSql(table)} AS t ${memoryJoin(table, request)}
      WHERE ${already > 0 ? open(table, request) : isFirst()}
      ORDER BY ${order(table, request)} LIMIT ${bigint(table, request.limit)}`
  return sql`INSERT INTO ${ownTables(table.dialect).item} (run_no, seq, key, refreshed_at, state, attempts)
    SELECT ${bigint(table, request.runNo)}, ${bigint(table, already)} + row_number() OVER (),
      s.key, s.refreshed_at, 'pending', 0
    FROM (${distinct(request.selection, rows)}) AS s`
}

/** Of records that would send the same request, the first alone; in the order of the rows. */
function distinct({ dedupeBy }: SelectRequest['selection'], rows: Sql): Sql {
  if (dedupeBy.length === 0) return rows
  return sql`SELECT n.key, n.refreshed_at FROM (
      SELECT p.*, row_number() OVER (PARTITION BY p.same ORDER BY p.place) AS nth
      FROM (SELECT r.*, row_number() OVER () AS place FROM (${rows}) AS r) AS p
    ) AS n WHERE n.nth = 1 ORDER BY n.place`
}

/** Whether a record `t` may be selected: eligible, not on cool-down, and not in the run yet. */
function open(table: UserTable, which: Which): Sql {
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
export function firstKeys(tx: Reader, table: UserTable, request: Which & { readonly limit: number }) {
  return tx.$queryRaw<{ key: RecordKey; refreshedAt: string | null }[]>(sql`
    SELECT ${keySql(table, 't')} AS key, ${refreshedAtSql(table, 't')} AS "refreshedAt"
    FROM ${tableSql(table)} AS t ${memoryJoin(table, request)}
    WHERE ${open(table, request)}
    ORDER BY ${order(table, request)} LIMIT ${bigint(table, request.limit)}`)
}

type Which = Pick<SelectRequest, 'runNo' | 'selection' | 'vendor' | 'restIfPaidAfter' | 'youngAfter' | 'now'> & {
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
  if (keys) return jsonList(table.dialect, 'text', keys)
  return sql`SELECT r.key FROM ${ownTables(table.dialect).requestedKey} AS r WHERE r.run_no = ${bigint(table, runNo)}`
}

/** Stalest first; where the records carry no instant of their own, by when spenddown last tried them. */
function order(table: UserTable, { selection }: Which): Sql {
  const given = orderSql(selection.orderBy, table, 't')
  return byMemory(table, selection) ? sql`m.tried_at ASC NULLS FIRST, ${given}` : given
}

function memoryJoin(table: UserTable, request: Which): Sql {
  if (!byMemory(table, request.selection)) return empty
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

import type { RecordKey } from '../../domain/values/record.ts'
import type { SelectRequest } from '../../refresh/ports/selection.ts'
import type { Transaction } from '../client.ts'
import { ownDialect, ownTables, userTableDialect } from '../dialect/dialect-of.ts'
import { jsonList } from '../json-rows.ts'
import { empty, queryRows, type Reader, raw, type Sql, sql } from '../sql.ts'
import { keySql, tableSql, type UserTable } from '../user-table/user-table.ts'
import { parseScalar } from '../user-table/where/parse-scalar.ts'
import { whereSql } from '../user-table/where/where-sql.ts'
import { sameSql } from './duplicates.ts'

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

/** Whether the selection would find a record more. */
export async function isAnyOpen(db: Reader, table: UserTable, request: Which): Promise<boolean> {
  const any = sql`SELECT 1 AS one FROM ${tableSql(table)} AS t WHERE ${openSql(table, request)} LIMIT 1`
  return (await db.$queryRaw<unknown[]>(any)).length > 0
}

export type Which = Pick<SelectRequest, 'runNo' | 'selection' | 'vendor' | 'restIfPaidAfter' | 'youngAfter' | 'now'> & {
  /** Keys handed in, where there is no run yet that holds them. */
  readonly keys?: readonly RecordKey[] | null
}

export async function countCoolingDown(tx: Transaction, table: UserTable, request: SelectRequest): Promise<number> {
  const own = ownTables(table.dialect)
  const any = await tx.$queryRaw<unknown[]>(sql`SELECT 1 AS one FROM ${own.memory}
    WHERE vendor = ${request.vendor} AND source = ${table.label} AND ${rests(table, request, empty)} LIMIT 1`)
  if (any.length === 0) return 0
  const counting = sql`SELECT count(*) AS n FROM ${tableSql(table)} AS t
    WHERE ${eligible(table, request)} AND ${onCoolDown(table, request)}`
  return (await queryRows<{ n: number }>(tx, counting))[0]?.n ?? 0
}

/** Whether a record `t` is one that the selection is of, at rest or not. */
export function eligible(table: UserTable, which: Which): Sql {
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

/** What is remembered of record `t`, as `m`. */
export function memorySql(table: UserTable, request: Which): Sql {
  return sql`LEFT JOIN ${ownTables(table.dialect).memory} AS m
    ON m.vendor = ${request.vendor} AND m.source = ${table.label} AND m.key = ${keySql(table, 't')}`
}

/** On cool-down, or, where that is wanted, paid for not long ago: its data would be old. `memory`: its alias and a dot. */
function rests(table: UserTable, { now, restIfPaidAfter }: Which, memory: Sql): Sql {
  const cooling = sql`${memory}cool_down_until > ${bigint(table, now)}`
  if (restIfPaidAfter === null) return cooling
  return sql`(${cooling} OR ${memory}paid_at > ${bigint(table, restIfPaidAfter)})`
}

export function onCoolDown(table: UserTable, request: Which): Sql {
  return sql`EXISTS (SELECT 1 FROM ${ownTables(table.dialect).memory} AS c
    WHERE c.vendor = ${request.vendor} AND c.source = ${table.label} AND c.key = ${keySql(table, 't')}
      AND ${rests(table, request, raw('c.'))})`
}

export function bigint(table: UserTable, value: number): Sql {
  return ownDialect(table.dialect).wholeNumber(value)
}

import type { RecordKey } from '../../domain/values/record.ts'
import { ownDialect, userTableDialect } from '../dialect/dialect-of.ts'
import { jsonList } from '../json-rows.ts'
import { empty, join, queryRows, type Reader, raw, type Sql, sql } from '../sql.ts'
import { columnSql, keySql, tableSql, type UserTable } from '../user-table/user-table.ts'
import { type GainRequest, gainRows } from './gain-rows.ts'
import { memorySql, openSql, type Which } from './open-records.ts'
import type { Sample } from './sample.ts'
import { groupSql } from './seen-looks.ts'
import { placeColumns, placeOrder } from './selection.ts'

/** Of the sample: plans that are made one after the other are of the same records. */
const SEED = 1
/** The most groups that are told. */
const MOST_GROUPS = 20

interface Sums {
  readonly waiting: number
  readonly wrong: number
  readonly allGroups: number
  readonly gainRight: number
  readonly gainDays: number
  readonly staleRight: number
  readonly staleDays: number
  readonly [group: `g${number}`]: string
}

/**
 * How many records wait in each group and how many are wrong, those of most first; and, over all groups, what the first
 * `next` records come to by gain and stalest first. None is explored. Of a large table a sample stands for all.
 */
export async function forecastGain(
  db: Reader,
  table: UserTable,
  which: Which,
  request: GainRequest,
  { next, sample }: { readonly next: number; readonly sample: Sample | null },
): Promise<Sums[]> {
  const share = sample?.share ?? 1
  const rows = await queryRows<Sums>(db, forecastSql(table, which, request, Math.round(next * share), sample))
  return share === 1 ? rows : rows.map((row) => scaledUp(row, share))
}

function scaledUp(row: Sums, share: number): Sums {
  const sums = Object.entries(row).map(([name, value]) => [
    name,
    name === 'allGroups' || typeof value !== 'number' ? value : value / share,
  ])
  const whole = Object.fromEntries(sums) as Sums
  return { ...whole, waiting: Math.round(whole.waiting) }
}

function forecastSql(table: UserTable, which: Which, request: GainRequest, next: number, sample: Sample | null): Sql {
  const { groups } = request.gain
  const names = groups.map((_, at) => raw(`g${at}`))
  const list = groups.length === 0 ? empty : sql`${join(names)}, `
  const first = (place: string, value: string) => {
    return sql`sum(CASE WHEN r.${raw(place)} <= ${ownDialect(table.dialect).wholeNumber(next)} THEN ${raw(value)} ELSE 0 END)`
  }
  const grouped = sql`SELECT ${list}count(*) AS waiting, sum(r.wrong) AS wrong,
      ${first('by_gain', 'r.chance * r.wrong')} AS gain_right, ${first('by_gain', DAYS)} AS gain_days,
      ${first('by_age', 'r.chance * r.wrong')} AS stale_right, ${first('by_age', DAYS)} AS stale_days
    FROM (${ranked(table, which, request, sample, null)}) AS r ${groups.length === 0 ? empty : sql`GROUP BY ${join(names)}`}`
  return sql`SELECT ${list}s.waiting, s.wrong, count(*) OVER () AS "allGroups",
      sum(s.gain_right) OVER () AS "gainRight", sum(s.gain_days) OVER () AS "gainDays",
      sum(s.stale_right) OVER () AS "staleRight", sum(s.stale_days) OVER () AS "staleDays"
    FROM (${grouped}) AS s WHERE s.waiting > 0 ORDER BY s.waiting DESC ${groups.length === 0 ? empty : sql`, ${join(names)}`}
    LIMIT ${raw(String(MOST_GROUPS))}`
}

const DAYS = 'r.weight * r.chance * r.gained_days'

export interface RankedRecord {
  readonly age: number | null
  readonly rate: number
  readonly wrong: number
  readonly chance: number
  readonly weight: number
  readonly gain: number
  readonly place: number
  readonly stalestPlace: number
  readonly all: number
  readonly looks: number
  readonly changes: number
  readonly [group: `g${number}`]: string
}

/** One record among those that wait; null: it does not. */
export async function rankedRecord(
  db: Reader,
  table: UserTable,
  which: Which,
  request: GainRequest,
  { key, sample }: { readonly key: RecordKey; readonly sample: Sample | null },
): Promise<RankedRecord | null> {
  const names = request.gain.groups.map((_, at) => sql`, r.${raw(`g${at}`)}`)
  const one = sql`SELECT r.age, r.rate, r.wrong, r.chance, r.weight, r.gain, r.by_gain AS place,
      r.by_age AS "stalestPlace", r.of_all AS "all", r.looks, r.changes${names.length === 0 ? empty : join(names, '')}
    FROM (${ranked(table, which, request, sample, key)}) AS r WHERE r.own_key_text = ${key} LIMIT 1`
  const [row] = await queryRows<RankedRecord>(db, one)
  if (row === undefined || sample === null) return row ?? null
  const inAll = (place: number) => Math.round((place - 1) / sample.share) + 1
  return { ...row, place: inAll(row.place), stalestPlace: inAll(row.stalestPlace), all: inAll(row.all) }
}

/** Records that wait, with their places in either order; of a sample, the record `key` is among them in any case. */
function ranked(
  table: UserTable,
  which: Which,
  request: GainRequest,
  sample: Sample | null,
  key: RecordKey | null,
): Sql {
  const groups = request.gain.groups.map((column, at) => sql`${groupSql(table, column, 't')} AS ${raw(`g${at}`)}, `)
  const columns = sql`${groups.length === 0 ? empty : join(groups, '')}${keySql(table, 't')} AS own_key_text,
    coalesce(m.looks, 0) AS looks, ${placeColumns(table)}`
  const isIt = key === null ? empty : isRecord(table, key)
  const own = key === null ? empty : sql`UNION ALL SELECT t.* FROM ${tableSql(table)} AS t WHERE ${isIt}`
  const part = sample && sql`(SELECT t.* FROM ${sample.from(SEED)} ${own}) AS t`
  const from = sql`${part ?? sql`${tableSql(table)} AS t`} ${memorySql(table, which)}`
  const rows = gainRows(table, request, columns, from, openSql(table, which))
  return sql`SELECT g.*, count(*) OVER () AS of_all, row_number() OVER (ORDER BY g.gain DESC, ${placeOrder(table)}) AS by_gain,
      row_number() OVER (ORDER BY ${placeOrder(table)}) AS by_age
    FROM (${rows}) AS g`
}

/** The group of a record, wherever it is in the table; null: there is no such record. */
export async function groupOf(db: Reader, table: UserTable, key: RecordKey, groups: readonly string[]) {
  const names = groups.map((column, at) => sql`, ${groupSql(table, column, 't')} AS ${raw(`g${at}`)}`)
  const [row] = await queryRows<{ readonly [group: `g${number}`]: string }>(
    db,
    sql`SELECT ${columnSql(table.key, 't')} AS "key"${names.length === 0 ? empty : join(names, '')}
      FROM ${tableSql(table)} AS t WHERE ${isRecord(table, key)}`,
  )
  return row === undefined ? null : groups.map((_, at) => row[`g${at}`] as string)
}

function isRecord(table: UserTable, key: RecordKey): Sql {
  return userTableDialect(table.dialect).keys.isAmong(table, 't', jsonList(table.dialect, 'key', [key]))
}

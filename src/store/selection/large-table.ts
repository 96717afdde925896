import { type Cutoff, cutoffOf, youngestOf } from '../../domain/gain/cutoff.ts'
import { ownDialect, ownTables, userTableDialect } from '../dialect/dialect-of.ts'
import { jsonRows } from '../json-rows.ts'
import { allOf, empty, join, queryRows, type Reader, raw, type Sql, sql } from '../sql.ts'
import { columnSql, keySql, tableSql, type UserTable } from '../user-table/user-table.ts'
import { type GainRequest, gainRows, weightSql } from './gain-rows.ts'
import type { Sample } from './sample.ts'
import { groupSql, groupTexts } from './seen-looks.ts'

// In a large table the gain is not worked out for every record. A sample says what the last record of a selection gains,
// about; within a group, records without looks gain the more the older they are, so that an age tells apart those that
// gain less. Only of the others, and of those with looks, the gain is worked out.

/** Classes of weights, of each of which the heaviest counts. */
const WEIGHT_CLASSES = 8
const DAY_MS = 86_400_000

/** What the records of a selection gain at least, and the weights up to which classes of them go. */
export interface Cut {
  readonly least: number
  readonly weights: readonly number[]
}

function stamp({ refreshedAt }: UserTable) {
  if (refreshedAt === null) throw new Error('only an age in the table can be cut off by')
  return refreshedAt
}

/** `memory`: what is remembered of `t`; `open`: what may be selected. Null: so many are wanted that nothing can be left out. */
export async function cutFor(
  db: Reader,
  table: UserTable,
  request: GainRequest,
  { sample, memory, open, limit }: { sample: Sample; memory: Sql; open: Sql; limit: number },
): Promise<Cut | null> {
  // Rows of a page resemble each other, so that a sample by pages says less than its rows: some more are let in.
  const expected = limit * sample.share
  const place = Math.ceil(1.2 * expected + 4 * Math.sqrt(8 * expected) + 20)
  const rows = gainRows(
    table,
    request,
    keySql(table, 't'),
    sql`${sample.from(request.now % 1_000_000)} ${memory}`,
    open,
  )
  const classes = sql`SELECT g.gain, g.weight, ntile(${raw(String(WEIGHT_CLASSES))}) OVER (ORDER BY g.weight) AS class,
      row_number() OVER (ORDER BY g.gain DESC) AS place FROM (${rows}) AS g`
  const found = await queryRows<{ weight: number; least: number | null }>(
    db,
    sql`SELECT max(c.weight) AS weight, max(CASE WHEN c.place = ${raw(String(place))} THEN c.gain END) AS least
      FROM (${classes}) AS c GROUP BY c.class`,
  )
  const least = Math.max(...found.map((row) => row.least ?? 0))
  if (!(least > 0)) return null
  const weights = [...new Set(found.map(({ weight }) => weight).filter((weight) => weight > 0))]
  return { least, weights: weights.toSorted((a, b) => a - b) }
}

/** In the place of the table in a FROM, as `t`: the records that may gain at least as much as the cut says. */
export function candidates(
  table: UserTable,
  request: GainRequest,
  { vendor, cut, sample, eligible, seed }: { vendor: string; cut: Cut; sample: Sample; eligible: Sql; seed: number },
): Sql {
  const old = isOldEnough(table, request, cut)
  const groups = groupCutoffs(table, request, cut)
  const { memory } = ownTables(table.dialect)
  const looked = sql`m.vendor = ${vendor} AND m.source = ${table.label} AND (m.looks > 0 OR m.missed > 0)`
  const heaviest = cut.weights.at(-1) ?? 1
  const triedBefore = Math.floor(request.now - youngestOf(heaviest, cut.least) * DAY_MS)
  const isDue = sql`(m.outcome <> 'refreshed' OR m.tried_at < ${BigInt(Math.max(0, triedBefore))})`
  const byKey = sample.key(raw('m.key'))
  return sql`(SELECT t.* FROM ${tableSql(table)} AS t ${groups} WHERE ${eligible} AND ${oldest(table, request, cut, sample)} AND ${old}
    UNION ALL SELECT t.* FROM ${memory} AS m JOIN ${tableSql(table)} AS t ON ${columnSql(table.key, 't')} = ${byKey} ${groups}
      WHERE ${looked} AND ${isDue} AND ${eligible} AND NOT ${old}
    UNION ALL SELECT t.* FROM ${sample.from(seed)} ${groups} WHERE ${eligible} AND NOT ${old}
      AND NOT EXISTS (SELECT 1 FROM ${memory} AS m WHERE ${looked} AND ${isDue} AND m.key = ${keySql(table, 't')})) AS t`
}

/** Which instants may be before that age: a comparison by an index is exact to the day at least. */
function glance({ now }: GainRequest, ageDays: number): number {
  return Math.ceil(now - (ageDays - 2) * DAY_MS)
}

/** What can be left out at a glance, by an index of `refreshedAt`. */
function oldest(table: UserTable, request: GainRequest, cut: Cut, { knowsRanges }: Sample): Sql {
  const all = [request.beliefs.all, ...request.beliefs.groups.values()]
  const cutoffs = all.map((group) => cutoffOf(group, cut.weights.at(-1) ?? 1, request.gain.costs, cut.least))
  const days = cutoffs.flatMap(({ ageDays }) => ageDays ?? [])
  const cell = columnSql(stamp(table), 't')
  // A sign keeps an index from serving.
  const column = knowsRanges ? cell : sql`+${cell}`
  const parts = [
    ...(days.length === 0
      ? []
      : [userTableDialect(table.dialect).instants.isBefore(stamp(table), column, glance(request, Math.min(...days)))]),
    ...(cutoffs.some(({ never }) => never) ? [sql`${column} IS NULL`] : []),
  ]
  return parts.length === 0 ? raw('(1 = 0)') : sql`(${join(parts, ' OR ')})`
}

/** Whether record `t` is so old that it gains enough by what is believed of its group, `c`, at its weight. */
function isOldEnough(table: UserTable, { gain, beliefs, now }: GainRequest, cut: Cut): Sql {
  const weight = weightSql(table, gain.weight)
  const { real } = ownDialect(table.dialect)
  const age = userTableDialect(table.dialect).instants.ageDays(columnSql(stamp(table), 't'), now)
  const classes = cut.weights.map((most, at) => {
    const other = cutoffOf(beliefs.all, most, gain.costs, cut.least)
    const ofGroup = (name: string, all: string) =>
      gain.groups.length === 0 ? sql`${all}` : sql`coalesce(${raw(`c.${name}${at}`)}, ${all})`
    const never = sql`${ofGroup('never', neverText(other))} = 'y'`
    const aged = sql`${age} >= ${real(ofGroup('age', ageText(other)))}`
    return { most, enough: sql`CASE WHEN ${age} IS NULL THEN ${never} ELSE ${aged} END` }
  })
  const [only] = classes
  if (only !== undefined && gain.weight === null) return sql`(${only.enough})`
  const cases = classes.map(({ most, enough }) => sql`WHEN ${weight} <= ${raw(String(most))} THEN ${enough}`)
  // Heavier ones than the sample has: as they are few, none is left out.
  return sql`(CASE ${join(cases, ' ')} ELSE (1 = 1) END)`
}

/** Older than anything, where no age is enough. */
function ageText({ ageDays }: Cutoff): string {
  return String(ageDays ?? 1e9)
}

function neverText({ never }: Cutoff): string {
  return never ? 'y' : 'n'
}

function groupCutoffs(table: UserTable, { gain, beliefs }: GainRequest, cut: Cut): Sql {
  if (gain.groups.length === 0) return empty
  const text = (cutoff: Cutoff) => [ageText(cutoff), neverText(cutoff)]
  const rows = [...beliefs.groups].map(([name, belief]) => {
    return [...groupTexts(name), ...cut.weights.flatMap((most) => text(cutoffOf(belief, most, gain.costs, cut.least)))]
  })
  const keys = gain.groups.map((_, at): [string, 'label'] => [`g${at}`, 'label'])
  const cells = cut.weights.flatMap((_, at): [string, 'text'][] => [
    [`age${at}`, 'text'],
    [`never${at}`, 'text'],
  ])
  const list = jsonRows(table.dialect, rows, Object.fromEntries([...keys, ...cells]))
  const same = gain.groups.map((column, at) => sql`${raw(`c.g${at}`)} = ${groupSql(table, column, 't')}`)
  return sql`LEFT JOIN (${list} ${ownDialect(table.dialect).once}) AS c ON ${allOf(same)}`
}

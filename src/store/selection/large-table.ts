import { type Cutoff, cutoffOf, youngestOf } from '../../domain/gain/cutoff.ts'
import type { GroupBelief } from '../../domain/gain/estimate.ts'
import type { GainOrder } from '../../refresh/ports/selection.ts'
import { ownTables, userTableDialect } from '../dialect/dialect-of.ts'
import { allOf, empty, join, queryRows, type Reader, raw, type Sql, sql } from '../sql.ts'
import { columnSql, keySql, tableSql, type UserTable } from '../user-table/user-table.ts'
import { type GainRequest, gainRows, isExplored, weightSql } from './gain-rows.ts'
import type { Sample } from './sample.ts'
import { groupSql, groupTexts } from './seen-looks.ts'

// In a large table the gain is not worked out for every record. A sample says what the last record of a selection gains,
// about; within a group, records without looks gain the more the older they are, so that an age tells apart those that
// gain less. Only of the others, and of those with looks, the gain is worked out.

/** Classes of weights, of each of which the heaviest counts. */
const WEIGHT_CLASSES = 8
/** Classes of groups, of each of which the youngest cutoff counts. */
const MOST_CLASSES = 12
const DAY_MS = 86_400_000

/** What the records of a selection gain at least, and the weights up to which classes of them go. */
export interface Cut {
  readonly least: number
  readonly weights: readonly number[]
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
  const oldest = isOlderThanAny(table, request, cut, sample)
  const { memory } = ownTables(table.dialect)
  const looked = sql`m.vendor = ${vendor} AND m.source = ${table.label} AND (m.looks > 0 OR m.missed > 0)`
  const heaviest = cut.weights.at(-1) ?? 1
  const triedBefore = Math.floor(request.now - youngestOf(heaviest, cut.least) * DAY_MS)
  const isDue = sql`(m.outcome <> 'refreshed' OR m.tried_at < ${BigInt(Math.max(0, triedBefore))})`
  const byKey = sample.key(raw('m.key'))
  return sql`(SELECT t.* FROM ${tableSql(table)} AS t WHERE ${oldest} AND ${old} AND ${eligible}
    UNION ALL SELECT t.* FROM ${memory} AS m JOIN ${tableSql(table)} AS t ON ${columnSql(table.key, 't')} = ${byKey}
      WHERE ${looked} AND ${isDue} AND ${eligible} AND NOT ${old}
    UNION ALL SELECT t.* FROM ${sample.from(seed)} WHERE ${isExplored(table, seed)} AND ${eligible} AND NOT ${old}
      AND NOT EXISTS (SELECT 1 FROM ${memory} AS m WHERE ${looked} AND ${isDue} AND m.key = ${keySql(table, 't')})) AS t`
}

/** What can be left out at a glance, or by an index of `refreshedAt`, whatever the group and the weight. */
function isOlderThanAny(table: UserTable, { beliefs, gain, now }: GainRequest, cut: Cut, { knowsRanges }: Sample): Sql {
  const all = [beliefs.all, ...beliefs.groups.values()]
  const heaviest = cut.weights.at(-1) ?? 1
  const cutoff = youngest(all.map((group) => cutoffOf(group, heaviest, gain.costs, cut.least)))
  // A sign keeps an index from serving.
  return isBehind(table, cutoff, now, knowsRanges ? empty : raw('+'))
}

/**
 * Whether record `t` is so old that it gains enough by what is believed of its group, at its weight. Some are taken for
 * older than they are, by days, or by the least of several groups: their gain is worked out afterwards. By each column of
 * the groups, since that is what a database tells apart soonest.
 */
function isOldEnough(table: UserTable, { gain, beliefs, now }: GainRequest, cut: Cut): Sql {
  const cutoffs = (belief: GroupBelief) => cut.weights.map((most) => cutoffOf(belief, most, gain.costs, cut.least))
  const groups = [...beliefs.groups].map(([name, belief]) => ({ texts: groupTexts(name), cutoffs: cutoffs(belief) }))
  const others = cutoffs(beliefs.all)
  if (gain.groups.length === 0) return isBehindAtWeight(table, gain, cut, others, now)
  const byColumn = gain.groups.map((column, at) => {
    // Of several columns, a text also stands beside others in groups that were never looked at: what is believed of all counts.
    const more = gain.groups.length > 1 ? [others] : []
    const texts = new Set(groups.map((group) => group.texts[at] as string))
    const known = [...texts].map((text) => {
      const of = groups.filter((group) => group.texts[at] === text)
      return { text, cutoffs: youngestByWeight([...of.map((group) => group.cutoffs), ...more]) }
    })
    const label = groupSql(table, column, 't')
    const classes = classesOf(known)
    // Compared with single texts the label is worked out once a record, with lists once a list.
    const areSingle = classes.every(({ length }) => length === 1)
    const cases = classes.map((some) => {
      const all = join(some.map(({ text }) => sql`${text}`))
      const then = isBehindAtWeight(table, gain, cut, youngestByWeight(some.map((one) => one.cutoffs)), now)
      return sql`WHEN ${areSingle ? all : sql`${label} IN (${all})`} THEN ${then}`
    })
    const other = isBehindAtWeight(table, gain, cut, others, now)
    return cases.length === 0 ? other : sql`(CASE ${areSingle ? label : empty} ${join(cases, ' ')} ELSE ${other} END)`
  })
  return sql`(${allOf(byColumn)})`
}

/** Groups of much the same age are told apart no further. */
function classesOf<T extends { readonly cutoffs: readonly Cutoff[] }>(groups: readonly T[]): T[][] {
  const age = ({ cutoffs }: T) => cutoffs.at(-1)?.ageDays ?? Number.MAX_VALUE
  const byAge = groups.toSorted((a, b) => age(a) - age(b))
  const size = Math.ceil(byAge.length / MOST_CLASSES)
  return Array.from({ length: Math.ceil(byAge.length / size) || 0 }, (_, at) => byAge.slice(at * size, (at + 1) * size))
}

function isBehindAtWeight(
  table: UserTable,
  { weight }: GainOrder,
  cut: Cut,
  cutoffs: readonly Cutoff[],
  now: number,
): Sql {
  const [only] = cutoffs
  if (only !== undefined && weight === null) return isBehind(table, only, now)
  const then = cutoffs.map((cutoff) => isBehind(table, cutoff, now))
  // Most need no look at their weight. Heavier ones than the sample has are few: of those as old, none is left out.
  const isHeavyEnough = byWeight(weightSql(table, weight), cut.weights, [...then, raw('(1 = 1)')])
  return sql`(${isBehind(table, youngest(cutoffs), now)} AND ${isHeavyEnough})`
}

/** What is true of a weight, by halves; the last is of all that are heavier than `weights`. */
function byWeight(weight: Sql, weights: readonly number[], then: readonly Sql[]): Sql {
  const [first] = then
  const texts = new Set(then.map((one) => JSON.stringify([one.sql, one.values])))
  if (first !== undefined && texts.size === 1) return first
  const half = Math.ceil(then.length / 2)
  const light = byWeight(weight, weights.slice(0, half), then.slice(0, half))
  const heavy = byWeight(weight, weights.slice(half), then.slice(half))
  return sql`(CASE WHEN ${weight} <= ${raw(String(weights[half - 1]))} THEN ${light} ELSE ${heavy} END)`
}

/** Exact to two days, which lets an index serve. */
function isBehind(table: UserTable, { ageDays, never }: Cutoff, now: number, sign = empty): Sql {
  const { refreshedAt } = table
  if (refreshedAt === null) throw new Error('only an age in the table can be cut off by')
  const cell = sql`${sign}${columnSql(refreshedAt, 't')}`
  const { isBefore } = userTableDialect(table.dialect).instants
  const before = ageDays === null ? [] : [isBefore(refreshedAt, cell, Math.ceil(now - (ageDays - 2) * DAY_MS))]
  const parts = [...before.map((is) => sql`(${cell} IS NOT NULL AND ${is})`), ...(never ? [sql`${cell} IS NULL`] : [])]
  return parts.length === 0 ? raw('(1 = 0)') : sql`(${join(parts, ' OR ')})`
}

function youngestByWeight(all: readonly (readonly Cutoff[])[]): Cutoff[] {
  return (all[0] ?? []).map((_, at) => youngest(all.map((cutoffs) => cutoffs[at] as Cutoff)))
}

function youngest(cutoffs: readonly Cutoff[]): Cutoff {
  const ages = cutoffs.flatMap(({ ageDays }) => ageDays ?? [])
  return { ageDays: ages.length === 0 ? null : Math.min(...ages), never: cutoffs.some(({ never }) => never) }
}

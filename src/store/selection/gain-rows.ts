import { EXPLORED_ONE_IN, LEAST_CHARGED, LEAST_ROOT } from '../../domain/gain/gain.ts'
import { matchRate } from '../../domain/gain/match-belief.ts'
import { OWN_RATE_STEPS } from '../../domain/gain/own-rate.ts'
import type { GainOrder } from '../../refresh/ports/selection.ts'
import { ownDialect, userTableDialect } from '../dialect/dialect-of.ts'
import { jsonRows } from '../json-rows.ts'
import { allOf, empty, join, raw, type Sql, sql } from '../sql.ts'
import { columnOf, columnSql, keySql, type UserTable } from '../user-table/user-table.ts'
import { whereSql } from '../user-table/where/where-sql.ts'
import { type Beliefs, groupSql, groupTexts } from './seen-looks.ts'

/** A selection by gain: what the order goes by, and what is believed of the records. */
export interface GainRequest {
  readonly gain: GainOrder
  readonly beliefs: Beliefs
  /** Epoch milliseconds. */
  readonly now: number
  /** Decides which records are explored, and how; null: none is. */
  readonly seed: number | null
}

/** Beyond this e^(−x) counts for nothing, and PostgreSQL refuses to work it out. */
const MOST_EXPECTED = 500
const MOST_WEIGHT = 1_000_000_000
/** Has no factor in common with how often records are explored. */
const DRAWS = 9_973

/**
 * Records with what a credit gains on each, as `gain`: what src/domain/gain/gain.ts works out, a layer a step. `from` and
 * `where` select records as `t` and what is remembered of them as `m`; `columns`: what else the rows have.
 */
export function gainRows(table: UserTable, request: GainRequest, columns: Sql, from: Sql, where: Sql): Sql {
  const { once } = ownDialect(table.dialect)
  const layer = (rows: Sql, more: Sql) => sql`SELECT l.*, ${more} FROM (${rows}) AS l ${once}`
  let rows = sql`SELECT ${columns}, ${factsSql(table, request)}
    FROM ${from} ${groupJoin(table, request)} WHERE ${where} ${once}`
  for (let step = 1; step <= OWN_RATE_STEPS; step += 1) {
    const rate = raw(step === 1 ? 'l.group_shape / l.group_days' : `l.shape${step - 1} / l.days`)
    rows = layer(rows, sql`${shapeSql(table, request, rate)} AS ${raw(`shape${step}`)}`)
  }
  rows = layer(rows, sql`${rateSql(table, raw(`l.shape${OWN_RATE_STEPS}`))} AS rate`)
  rows = layer(rows, sql`${atMost(table, sql`l.age * l.rate`, MOST_EXPECTED)} AS expected`)
  rows = layer(
    rows,
    sql`${daysSql()} AS gained_days, CASE WHEN l.age IS NULL THEN 1 ELSE 1 - exp(-l.expected) END AS wrong`,
  )
  return layer(rows, sql`${overCost(request.gain, table)} AS gain`)
}

/** Of each record: its age, its weight, what its group is like, its own looks, and its place among the explored. */
function factsSql(table: UserTable, { gain, beliefs, now, seed }: GainRequest): Sql {
  const { refreshedAt, dialect } = table
  if (refreshedAt === null) throw new Error('an order by gain needs refreshedAt')
  const own = ownDialect(dialect)
  const age = userTableDialect(dialect).instants.ageDays(columnSql(refreshedAt, 't'), now)
  const days = (name: string) => sql`coalesce(${own.real(raw(`m.${name}`))}, 0) / 86400000`
  const { rate, matches } = beliefs.all
  const ofGroup = (name: string, all: number) => {
    return gain.groups.length === 0
      ? number(table, all)
      : sql`coalesce(${own.real(raw(`p.${name}`))}, ${number(table, all)})`
  }
  const groupDays = ofGroup('days', rate.days)
  const tries = number(table, matches.found + matches.missed)
  return join([
    sql`CASE WHEN ${age} < 0 THEN 0 ELSE ${age} END AS age`,
    sql`${weightSql(table, gain.weight)} AS weight`,
    sql`${ofGroup('shape', rate.shape)} AS group_shape`,
    sql`${groupDays} AS group_days`,
    sql`${groupDays} + ${days('unchanged_ms')} + ${days('changed_ms')} AS days`,
    sql`coalesce(m.changed, 0) AS changes`,
    sql`CASE WHEN m.changed > 0 THEN ${days('changed_ms')} / m.changed ELSE 0 END AS look_age`,
    sql`(${ofGroup('chance', matchRate(matches))} * ${tries} + coalesce(m.found, 0))
      / (${tries} + coalesce(m.found, 0) + coalesce(m.missed, 0)) AS chance`,
    sql`${seed === null ? raw('1') : scattered(table, seed)} AS scattered`,
  ])
}

function scattered(table: UserTable, seed: number): Sql {
  return ownDialect(table.dialect).scatter(keySql(table, 't'), seed)
}

/** Whether record `t` is ordered by a rate drawn from what is believed of it. */
export function isExplored(table: UserTable, seed: number): Sql {
  return sql`${scattered(table, seed)} % ${raw(String(EXPLORED_ONE_IN))} = 0`
}

function groupJoin(table: UserTable, { gain, beliefs }: GainRequest): Sql {
  if (gain.groups.length === 0) return empty
  const rows = [...beliefs.groups].map(([name, { rate, matches }]) => {
    return [...groupTexts(name), String(rate.shape), String(rate.days), String(matchRate(matches))]
  })
  const names = gain.groups.map((_, at) => `g${at}`)
  const keys = Object.fromEntries(names.map((name) => [name, 'label' as const]))
  const columns = { ...keys, shape: 'text', days: 'text', chance: 'text' } as const
  const same = gain.groups.map((column, at) => sql`p.${raw(names[at] as string)} = ${groupSql(table, column, 't')}`)
  // Made once: SQLite would read the list again for each record.
  const { once } = ownDialect(table.dialect)
  return sql`LEFT JOIN (${jsonRows(table.dialect, rows, columns)} ${once}) AS p ON ${allOf(same)}`
}

export function weightSql(table: UserTable, weight: GainOrder['weight']): Sql {
  if (weight === null) return raw('1')
  if ('column' in weight) {
    const value = ownDialect(table.dialect).real(columnSql(columnOf(table, weight.column), 't'))
    return sql`CASE WHEN ${value} > 0 THEN ${atMost(table, value, MOST_WEIGHT)} ELSE 0 END`
  }
  if (weight.cases.length === 0) return raw('1')
  const cases = weight.cases.map(({ where, is }) => sql`WHEN ${whereSql(where, table, 't')} THEN ${number(table, is)}`)
  return sql`CASE ${join(cases, ' ')} ELSE 1 END`
}

/** As `ownRate`: a step from one rate to the next, as the shape of the belief that it is the mean of. */
function shapeSql(table: UserTable, { beliefs }: GainRequest, rate: Sql): Sql {
  const { noise } = beliefs.all
  const expected = atMost(table, sql`l.look_age * ${rate}`, MOST_EXPECTED)
  const seen = sql`(${number(table, noise)} + ${number(table, 1 - noise)} * (1 - exp(-(${expected}))))`
  const changes = sql`CASE WHEN l.look_age * ${rate} < 0.000001 THEN ${raw(noise === 0 ? '1' : '0')} ELSE ${expected} / ${seen} END`
  return sql`CASE WHEN l.changes = 0 THEN l.group_shape ELSE l.group_shape + l.changes * ${changes} END`
}

/** The mean of what is believed of a record's rate; of some records, as `drawnRate` has it, another that it may be. */
function rateSql(table: UserTable, shape: Sql): Sql {
  const { real } = ownDialect(table.dialect)
  const draw = sql`((${real(raw(`l.scattered % ${DRAWS}`))} + 0.5) / ${raw(String(DRAWS))})`
  const deviation = sql`ln(${draw} / (1 - ${draw})) / 1.702`
  const root = sql`(1 - 1 / (9 * ${shape}) + ${deviation} / (3 * sqrt(${shape})))`
  const least = raw(String(LEAST_ROOT))
  const times = sql`CASE WHEN ${root} < ${least} THEN ${least} * ${least} * ${least} ELSE ${root} * ${root} * ${root} END`
  const explored = raw(`l.scattered % ${EXPLORED_ONE_IN} = 0`)
  return sql`${shape} / l.days * CASE WHEN ${explored} THEN ${times} ELSE 1 END`
}

/** As `gainedDays`. */
function daysSql(): Sql {
  return raw(`CASE WHEN l.age IS NULL THEN 1 WHEN l.expected < 0.0001 THEN l.expected * l.expected / 2
    ELSE 1 - exp(-l.expected) * (1 + l.expected) END / l.rate`)
}

/** As `gainOf`; where only matches are charged, the match rate is gain and cost alike. */
function overCost({ costs }: GainOrder, table: UserTable): Sql {
  if (costs === 'match') return raw('l.weight * l.gained_days')
  if (costs !== 'change') return raw('l.weight * l.gained_days * l.chance')
  const least = number(table, LEAST_CHARGED)
  return sql`l.weight * l.gained_days / CASE WHEN l.wrong < ${least} THEN ${least} ELSE l.wrong END`
}

function atMost(table: UserTable, value: Sql, most: number): Sql {
  return sql`CASE WHEN ${value} > ${number(table, most)} THEN ${number(table, most)} ELSE ${value} END`
}

/** As text that is cast, since a whole number would be taken for one, and divided as one. */
function number(table: UserTable, value: number): Sql {
  return ownDialect(table.dialect).real(sql`${String(value)}`)
}

import type { Comparison } from '../../../domain/values/where.ts'
import { COMPARISON_SQL, type Sql, sql } from '../../sql.ts'
import { type Column, columnSql } from '../../user-table/user-table.ts'
import { textSql } from '../casts.ts'
import type { InstantDialect } from '../user-table-dialect.ts'
import { affinityOf } from './column-type.ts'

/** Its columns have no type for instants: the declared type says how one holds them. */
export const sqliteInstants: InstantDialect = {
  kinds: ['timestamptz', 'timestamp', 'text', 'integer', 'bigint'],
  allowed: 'a column declared DATETIME, TIMESTAMP or TEXT (ISO 8601 text), or INTEGER (epoch milliseconds)',
  declared: 'TEXT',
  mark(column) {
    const number = column.kind === 'integer' || column.kind === 'bigint'
    return { ...column, instant: number ? 'epoch-ms' : 'iso-text' }
  },
  text: (_column, cell) => textSql('sqlite', cell),
  isNotNewer({ instant }, cell, selectedAt) {
    const same = sql`${cell} IS NULL OR ${textSql('sqlite', cell)} = ${selectedAt}`
    if (instant === 'epoch-ms') return sql`(${same} OR ${cell} <= CAST(${selectedAt} AS INTEGER))`
    const [now, then] = [julianDay(cell), selectedDay(selectedAt)]
    return sql`(${same} OR ${now} < ${then} OR (${now} = ${then} AND ${textSql('sqlite', cell)} <= ${selectedAt}))`
  },
  // Texts are compared as they stand, which spares reading a million dates.
  isBefore({ instant }, cell, at) {
    return instant === 'epoch-ms' ? sql`${cell} < ${BigInt(at)}` : sql`${cell} < ${dayOf(at)}`
  },
  ageDays: (cell, at) => sql`(julianday(${new Date(at).toISOString()}) - (${julianDay(cell)}))`,
  stampedText: (_column, _at, stamp) => stamp,
}

const DAY_MS = 86_400_000
const LAST_DAY_MS = Date.parse('9999-12-31T00:00:00Z')

/**
 * Compares instants that SQLite holds as text. '2026-11-05 10:00:00', '2026-11-05T10:00:00.000Z' and
 * '2026-11-05T12:00:00+02:00' are one instant and three texts, so both sides become Julian days, exact to the
 * millisecond. A day or two to either side the texts themselves tell, and an index of the column serves.
 */
export function isoTextSql(column: Column, op: Comparison, instant: string, alias: string): Sql {
  const cell = columnSql(column, alias)
  const exact = sql`${julianDay(cell)} ${COMPARISON_SQL[op]} julianday(${instant})`
  const lower = op === 'lt' || op === 'lte' ? null : sql`${cell} >= ${dayAround(instant, -1)}`
  const upper = op === 'gt' || op === 'gte' ? null : sql`${cell} < ${dayAround(instant, 2)}`
  const near = lower !== null && upper !== null ? sql`${lower} AND ${upper}` : (lower ?? upper)
  // Numbers come before all texts, so that only a lower bound shuts them out.
  const numbersToo = lower !== null && affinityOf(column.declaredType) === 'NUMERIC'
  return numbersToo ? sql`((${near} OR ${cell} < '') AND ${exact})` : sql`(${near} AND ${exact})`
}

/** Text in any of ISO 8601's forms that SQLite reads, or a number of epoch milliseconds, as a Julian day. */
function julianDay(cell: Sql): Sql {
  return sql`CASE WHEN typeof(${cell}) = 'text' THEN julianday(${cell}) ELSE (${cell} + 210866760000000) / 86400000.0 END`
}

/** An offset moves a text's day from its instant's by at most one. A colon comes after all that begins with a digit. */
function dayAround(instant: string, days: number): string {
  const ms = Date.parse(instant) + days * DAY_MS
  return ms > LAST_DAY_MS ? ':' : dayOf(ms)
}

/** As `julianDay`, of a text that may be the digits of epoch milliseconds. */
function selectedDay(text: Sql): Sql {
  return sql`CASE WHEN ${text} NOT GLOB '*[^0-9]*' THEN (${text} + 210866760000000) / 86400000.0 ELSE julianday(${text}) END`
}

function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10)
}

import { type Beliefs, estimate, type GroupSeen } from '../../domain/gain/estimate.ts'
import type { LookCell } from '../../domain/gain/looks.ts'
import { labelSql, wholeNumberSql } from '../dialect/casts.ts'
import { ownDialect, ownTables } from '../dialect/dialect-of.ts'
import { empty, join, queryRows, quote, type Reader, raw, type Sql, sql } from '../sql.ts'
import { columnOf, columnSql, keySql, tableSql, type UserTable } from '../user-table/user-table.ts'
import { sampleOf } from './sample.ts'

const DAY_MS = 86_400_000
/** The most cells that are read: those of the most records. Groups as fine as single records have nothing in common anyway. */
const MOST_CELLS = 100_000
/** The most groups that have a rate of their own: those that were looked at most. */
const MOST_GROUPS = 1_000

interface Row {
  readonly records: number
  readonly looks: number
  readonly changed: number
  readonly unchangedMs: number
  readonly changedMs: number
  readonly found: number
  readonly missed: number
  readonly [group: `g${number}`]: string
}

/** What the looks at the table's records show; null: there are too few to go by. */
export async function beliefsOf(db: Reader, table: UserTable, vendor: string, groups: readonly string[]) {
  return estimate(await readSeen(db, table, vendor, groups))
}

export type { Beliefs }

/**
 * What was seen of the records, by group, in one pass over the table: records that were seen about as often
 * and about as long are one cell. Of a large table it is what was seen of some.
 */
export async function readSeen(
  db: Reader,
  table: UserTable,
  vendor: string,
  groups: readonly string[],
): Promise<GroupSeen[]> {
  const sample = await sampleOf(db, table)
  const from = await sample?.remembered()
  const rows = await queryRows<Row>(db, seenSql(table, vendor, groups, from))
  const seen = new Map<string, { cells: LookCell[]; found: number; missed: number; looks: number }>()
  for (const row of rows) {
    const name = groupName(groups.map((_, at) => row[`g${at}`] as string))
    const group = seen.get(name) ?? { cells: [], found: 0, missed: 0, looks: 0 }
    seen.set(name, group)
    group.found += row.found
    group.missed += row.missed
    group.looks += row.records * row.looks
    if (row.looks > 0) group.cells.push(cellOf(row))
  }
  const most = [...seen].toSorted(([, a], [, b]) => b.looks - a.looks).slice(0, MOST_GROUPS)
  return most.map(([group, { cells, found, missed }]) => ({ group, cells, tries: { found, missed } }))
}

function cellOf({ records, looks, changed, unchangedMs, changedMs }: Row): LookCell {
  const unchangedDays = unchangedMs / DAY_MS / records
  return { records, looks, changed, unchangedDays, changedDays: changedMs / DAY_MS / records }
}

/** A group by the texts of its columns, in their order. */
export function groupName(texts: readonly string[]): string {
  return JSON.stringify(texts)
}

export function groupTexts(name: string): readonly string[] {
  return JSON.parse(name)
}

/** The text by which a record belongs to a group; NULL and no text are the same. */
export function groupSql(table: UserTable, column: string, alias: string): Sql {
  return sql`coalesce(${labelSql(table.dialect, columnSql(columnOf(table, column), alias))}, '')`
}

function seenSql(table: UserTable, vendor: string, groups: readonly string[], part: Sql | undefined): Sql {
  const { real } = ownDialect(table.dialect)
  const names = groups.map((_, at) => raw(`g${at}`))
  const texts = groups.map((column, at) => sql`, ${groupSql(table, column, 't')} AS ${names[at] as Sql}`)
  const band = (ms: Sql) => sql`floor(3 * ln(${real(ms)} / 86400000 + 1))`
  const by = join([...names, raw('looks'), raw('changed'), raw('still'), raw('late')])
  const list = groups.length === 0 ? empty : sql`${join(names)}, `
  const sum = (name: string, as: string) => sql`${wholeNumberSql(table.dialect, raw(`sum(${name})`))} AS ${quote(as)}`
  const all = sql`${tableSql(table)} AS t JOIN ${ownTables(table.dialect).memory} AS m ON m.key = ${keySql(table, 't')}`
  return sql`SELECT ${list}count(*) AS records, looks, changed, ${sum('unchanged_ms', 'unchangedMs')},
      ${sum('changed_ms', 'changedMs')}, ${sum('found', 'found')}, ${sum('missed', 'missed')}
    FROM (SELECT m.looks, m.changed, m.unchanged_ms, m.changed_ms, m.found, m.missed,
        ${band(raw('m.unchanged_ms'))} AS still, ${band(raw('m.changed_ms'))} AS late${groups.length === 0 ? empty : join(texts, '')}
      FROM ${part ?? all} WHERE m.vendor = ${vendor} AND m.source = ${table.label}) AS s
    GROUP BY ${by} ORDER BY records DESC, ${by} LIMIT ${raw(String(MOST_CELLS))}`
}

import type { RecordKey } from '../../../domain/record.ts'
import { type Db, join, raw, type Sql, sql } from '../../sql.ts'
import { keySql } from '../read/key-sql.ts'
import { queryJson } from '../read/query-json.ts'
import { refreshedAtSql } from '../read/refreshed-at-sql.ts'
import { type Column, columnSql, findColumn, tableSql, type UserTable } from '../user-table.ts'
import { refusalOf } from './refusal.ts'

/** New values for a record, as `encodeValues` makes them. */
export interface Proposed {
  readonly key: RecordKey
  readonly values: Readonly<Record<string, unknown>>
}

/** What a record has otherwise than proposed: the beginning of each such value, as text, by column. */
export interface Difference {
  /** As `refreshedAtSql` writes it. */
  readonly refreshedAt: string | null
  readonly from: ReadonlyMap<string, string | null>
}

/** Values are for a person to look at: so many characters of each are enough. */
const SHOWN = 200
/** PostgreSQL takes at most 100 arguments to a function. */
const CELLS_TOGETHER = 90

/**
 * Compares records with proposed values as the database would hold them (a numeric with its scale, an instant
 * rounded). A record that is gone is not in the answer; a text is what the database has against the values.
 */
export async function differences(
  db: Db,
  table: UserTable,
  proposed: readonly Proposed[],
): Promise<ReadonlyMap<RecordKey, Difference | string>> {
  const found = new Map<RecordKey, Difference | string>()
  const groups = new Map<string, Proposed[]>()
  for (const one of proposed) {
    const names = Object.keys(one.values).join('\0')
    const group = groups.get(names) ?? []
    group.push(one)
    groups.set(names, group)
  }
  for (const group of groups.values()) {
    const columns = Object.keys(group[0]?.values ?? {}).map((name) => columnOf(table, name))
    await compareOrHalve(db, table, columns, group, found)
  }
  return found
}

async function compareOrHalve(
  db: Db,
  table: UserTable,
  columns: readonly Column[],
  proposed: readonly Proposed[],
  found: Map<RecordKey, Difference | string>,
): Promise<void> {
  try {
    for (const [key, refreshedAt, ...parts] of await queryJson<Answer[]>(
      db,
      differencesSql(table, columns, proposed),
    )) {
      const from = parts.flat().flatMap((cell, at) => (cell === 0 ? [] : [[columns[at]?.name ?? '', cell[0]] as const]))
      found.set(key, { refreshedAt, from: new Map(from) })
    }
  } catch (error) {
    const refusal = refusalOf(error)
    if (refusal === null) throw error
    const [only, ...rest] = proposed
    if (only !== undefined && rest.length === 0) return void found.set(only.key, refusal)
    const half = proposed.length >> 1
    await compareOrHalve(db, table, columns, proposed.slice(0, half), found)
    await compareOrHalve(db, table, columns, proposed.slice(half), found)
  }
}

/** Key, refreshedAt, and the cells in parts: 0 where they are the same, otherwise what is there. */
type Answer = [key: string, refreshedAt: string | null, ...parts: (0 | [string | null])[][]]

/** Exported for the test of its plan. */
export function differencesSql(table: UserTable, columns: readonly Column[], proposed: readonly Proposed[]): Sql {
  const sqlite = table.dialect === 'sqlite'
  const array = raw(sqlite ? 'json_array' : 'json_build_array')
  const cells = columns.map((column, at) => {
    const [there, differs] = [
      columnSql(column, 'r'),
      sqlite ? sqliteDiffers(column, at) : postgresqlDiffers(column, at),
    ]
    const shown = sqlite
      ? sql`CASE WHEN ${differs} THEN json_array(substr(CAST(${there} AS TEXT), 1, ${raw(`${SHOWN}`)})) ELSE 0 END`
      : sql`CASE WHEN ${differs} THEN json_build_array(left(CAST(${there} AS text), ${raw(`${SHOWN}`)})) ELSE to_json(0) END`
    return shown
  })
  const parts: Sql[] = []
  for (let at = 0; at < cells.length; at += CELLS_TOGETHER) {
    parts.push(sql`${array}(${join(cells.slice(at, at + CELLS_TOGETHER))})`)
  }
  const record = sql`${array}(${join([keySql(table, 'r'), refreshedAtSql(table, 'r'), ...parts])})`
  const names = columns.map(({ name }) => name)
  return sqlite ? sqliteSql(table, names, proposed, record) : postgresqlSql(table, names, proposed, record)
}

/** `IS` gives what has no type of its own the column's; BINARY, because a column may take "A" and "a" for the same. */
function sqliteDiffers(column: Column, at: number): Sql {
  return sql`(${columnSql(column, 'r')} COLLATE BINARY) IS NOT ${raw(`v.c${at}`)}`
}

/** As text, since not every type can be compared; of the column's own type, so that both are written alike. */
function postgresqlDiffers(column: Column, at: number): Sql {
  const value = sql`CAST(CAST(${raw(`v.c${at}`)} AS ${raw(column.castType)}) AS ${raw(column.sqlType)})`
  return sql`CAST(${value} AS text) IS DISTINCT FROM CAST(${columnSql(column, 'r')} AS text)`
}

/** A subquery for each key leaves SQLite no choice: in a join, a table that it believes tiny is scanned for each key. */
function sqliteSql(table: UserTable, names: readonly string[], proposed: readonly Proposed[], record: Sql): Sql {
  const rows = JSON.stringify(proposed.map(({ key, values }) => [key, ...names.map((name) => values[name])]))
  const fields = raw(['k', ...names.map((_, at) => `c${at}`)].map((name, at) => `value->>${at} AS ${name}`).join(', '))
  const each = sql`(SELECT ${record} FROM ${tableSql(table)} AS r WHERE ${columnSql(table.key, 'r')} = v.k)`
  return sql`SELECT '[' || coalesce(group_concat(${each}), '') || ']' AS json
    FROM (SELECT ${fields} FROM json_each(${rows}) LIMIT -1) AS v`
}

function postgresqlSql(table: UserTable, names: readonly string[], proposed: readonly Proposed[], record: Sql): Sql {
  const rows = proposed.map(({ key, values }) => {
    return Object.fromEntries([['k', key], ...names.map((name, at) => [`c${at}`, values[name]])])
  })
  const types = raw([`k ${table.key.castType}`, ...names.map((_, at) => `c${at} text`)].join(', '))
  return sql`SELECT CAST(coalesce(json_agg(${record}), '[]') AS text) AS json
    FROM json_to_recordset(CAST(${JSON.stringify(rows)} AS json)) AS v (${types})
    JOIN ${tableSql(table)} AS r ON ${columnSql(table.key, 'r')} = v.k`
}

function columnOf(table: UserTable, name: string): Column {
  const column = findColumn(table.columns, name)
  if (column === undefined) throw new Error(`${table.label} has no column "${name}"`)
  return column
}

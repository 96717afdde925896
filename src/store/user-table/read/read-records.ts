import type { RecordKey, RecordRow } from '../../../domain/record.ts'
import { type Db, join, raw, type Sql, sql } from '../../sql.ts'
import { columnSql, tableSql, type UserTable } from '../user-table.ts'
import { arrayLiteral } from '../values/arrays.ts'
import { cellSql } from './cell-sql.ts'
import { decoder } from './decode-cell.ts'
import { keySql } from './key-sql.ts'
import { queryJson } from './query-json.ts'
import { refreshedAtSql } from './refreshed-at-sql.ts'

export interface ReadRecord {
  readonly row: RecordRow
  /** As `refreshedAtSql` writes it. */
  readonly refreshedAt: string | null
}

/** PostgreSQL takes at most 100 arguments to a function, older SQLites 127. */
const CELLS_TOGETHER = 90

/** Reads records by key, all their columns, in one statement. A key without a record is not in the answer. */
export async function readRecords(
  db: Db,
  table: UserTable,
  keys: readonly RecordKey[],
): Promise<Map<RecordKey, ReadRecord>> {
  const records = new Map<RecordKey, ReadRecord>()
  if (keys.length === 0) return records
  const toRow = rowReader(table)
  for (const [key, refreshedAt, ...parts] of await queryJson<Answer[]>(db, readSql(table, keys))) {
    records.set(key, { row: toRow(parts.length === 1 ? (parts[0] as unknown[]) : parts.flat()), refreshedAt })
  }
  return records
}

/** Key, refreshedAt, and the cells in parts. */
type Answer = [key: string, refreshedAt: string | null, ...parts: unknown[][]]

/** The statement that reads; exported for the test of its plan. */
export function readSql(table: UserTable, keys: readonly RecordKey[]): Sql {
  const array = raw(table.dialect === 'sqlite' ? 'json_array' : 'json_build_array')
  const parts = partsOf(table).map((cells) => sql`${array}(${join(cells)})`)
  const record = sql`${array}(${join([keySql(table, 'r'), refreshedAtSql(table, 'r'), ...parts])})`
  const [from, key] = [sql`${tableSql(table)} AS r`, columnSql(table.key, 'r')]
  if (table.dialect === 'postgresql') {
    const wanted = sql`CAST(${arrayLiteral(keys)} AS ${raw(table.key.castType)}[])`
    return sql`SELECT CAST(coalesce(json_agg(${record}), '[]') AS text) AS json FROM ${from} WHERE ${key} = ANY (${wanted})`
  }
  // A subquery for each key leaves SQLite no choice: in a join, a table that it believes tiny is scanned for each key.
  const each = sql`(SELECT ${record} FROM ${from} WHERE ${key} = k.value)`
  return sql`SELECT '[' || coalesce(group_concat(${each}), '') || ']' AS json FROM json_each(${JSON.stringify(keys)}) AS k`
}

function partsOf(table: UserTable): Sql[][] {
  const parts: Sql[][] = []
  for (let from = 0; from < table.columns.length; from += CELLS_TOGETHER) {
    const columns = table.columns.slice(from, from + CELLS_TOGETHER)
    parts.push(columns.map((column) => cellSql(column, columnSql(column, 'r'), table.dialect)))
  }
  return parts
}

function rowReader(table: UserTable): (cells: readonly unknown[]) => RecordRow {
  const names = table.columns.map((column) => column.name)
  const decoders = table.columns.map((column) => decoder(column, table.dialect))
  return (cells) => {
    const row: Record<string, unknown> = {}
    for (let i = 0; i < names.length; i++) {
      const [cell, decode] = [cells[i], decoders[i]]
      assign(row, names[i] as string, cell === null || decode == null ? cell : decode(cell))
    }
    return row
  }
}

/** A column of that name is a column, not the row's prototype. */
function assign(row: Record<string, unknown>, name: string, value: unknown): void {
  if (name !== '__proto__') row[name] = value
  else Object.defineProperty(row, name, { value, enumerable: true, configurable: true, writable: true })
}

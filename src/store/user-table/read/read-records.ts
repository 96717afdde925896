import type { RecordKey, RecordRow } from '../../../domain/record.ts'
import { userTableDialect } from '../../dialect/dialect-of.ts'
import type { CellCodec } from '../../dialect/user-table-dialect.ts'
import { type Db, join, type Sql } from '../../sql.ts'
import { columnSql, type UserTable } from '../user-table.ts'
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
  const { cells, json, keys: dialect } = userTableDialect(table.dialect)
  const parts = partsOf(table, cells).map((cells) => json.array(join(cells)))
  const record = json.array(join([keySql(table, 'r'), refreshedAtSql(table, 'r'), ...parts]))
  return dialect.select(table, keys, record)
}

function partsOf(table: UserTable, codec: CellCodec): Sql[][] {
  const parts: Sql[][] = []
  for (let from = 0; from < table.columns.length; from += CELLS_TOGETHER) {
    const columns = table.columns.slice(from, from + CELLS_TOGETHER)
    parts.push(columns.map((column) => codec.sql(column, columnSql(column, 'r'))))
  }
  return parts
}

function rowReader(table: UserTable): (cells: readonly unknown[]) => RecordRow {
  const names = table.columns.map((column) => column.name)
  const { cells: codec } = userTableDialect(table.dialect)
  const decoders = table.columns.map((column) => codec.decoder(column))
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

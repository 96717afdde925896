import type { RecordKey, RecordRow } from '../../../domain/values/record.ts'
import { userTableDialect } from '../../dialect/dialect-of.ts'
import { type Db, queryJsonList, type Sql } from '../../sql.ts'
import { columnSql, type UserTable } from '../user-table.ts'
import { type RecordJson, recordJson } from './record-json.ts'

export interface ReadRecord {
  readonly row: RecordRow
  /** As `refreshedAtSql` writes it. */
  readonly refreshedAt: string | null
}

/** Reads records by key, all their columns, in one statement. A key without a record is not in the answer. */
export async function readRecords(db: Db, table: UserTable, keys: readonly RecordKey[]) {
  const records = new Map<RecordKey, ReadRecord>()
  if (keys.length === 0) return records
  const toRow = rowReader(table)
  for (const [key, refreshedAt, ...parts] of await queryJsonList<RecordJson<unknown>>(db, readSql(table, keys))) {
    records.set(key, { row: toRow(parts.length === 1 ? (parts[0] as unknown[]) : parts.flat()), refreshedAt })
  }
  return records
}

/** The statement that reads; exported for the test of its plan. */
export function readSql(table: UserTable, keys: readonly RecordKey[]): Sql {
  const { cells: codec, updates } = userTableDialect(table.dialect)
  const cells = table.columns.map((column) => codec.sql(column, columnSql(column, 'r')))
  const rows = keys.map((key) => [key] as const)
  return updates.selectMatching(table, [], rows, recordJson(table, cells))
}

function rowReader(table: UserTable): (cells: readonly unknown[]) => RecordRow {
  const { cells: codec } = userTableDialect(table.dialect)
  const columns = table.columns.map((column) => ({ name: column.name, decode: codec.decoder(column) }))
  return (cells) => {
    const row: Record<string, unknown> = {}
    for (const [at, { name, decode }] of columns.entries()) {
      const cell = cells[at]
      assign(row, name, cell === null || decode === null ? cell : decode(cell))
    }
    return row
  }
}

/** A column of that name is a column, not the row's prototype. */
function assign(row: Record<string, unknown>, name: string, value: unknown): void {
  if (name !== '__proto__') row[name] = value
  else Object.defineProperty(row, name, { value, enumerable: true, configurable: true, writable: true })
}

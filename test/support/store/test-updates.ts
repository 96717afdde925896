import type { ColumnValues } from '../../../src/domain/values/record.ts'
import type { UserTable } from '../../../src/store/user-table/user-table.ts'
import { encodeValues } from '../../../src/store/user-table/values/encode-values.ts'
import { type RecordUpdate, type Updated, updateRecords } from '../../../src/store/user-table/write/update-records.ts'
import type { TestDatabase } from './test-databases.ts'

export const NOW = new Date('2026-11-05T10:00:00.123Z')

export function update(
  table: UserTable,
  key: string,
  values: Record<string, unknown>,
  selectedAt: string | null = null,
): RecordUpdate {
  return { key, selectedAt, values: valuesOf(table, values) }
}

function valuesOf(table: UserTable, values: Record<string, unknown>): ColumnValues {
  const encoded = encodeValues(table, values)
  if ('problem' in encoded) throw new Error(encoded.problem)
  return encoded.values
}

/** The update in a transaction of its own, at `NOW`. */
export function inTransaction(at: TestDatabase, table: UserTable, rows: RecordUpdate[]): Promise<Updated> {
  return at.transaction((tx) => updateRecords(tx, table, rows, NOW))
}

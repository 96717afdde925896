import type { Problem } from '../../../domain/problem.ts'
import type { Dialect } from '../../sql.ts'
import type { Column, ColumnKind } from '../user-table.ts'

const INSTANTS: Readonly<Record<Dialect, readonly ColumnKind[]>> = {
  postgresql: ['timestamptz', 'timestamp'],
  sqlite: ['timestamptz', 'timestamp', 'text', 'integer', 'bigint'],
}

const ALLOWED: Readonly<Record<Dialect, string>> = {
  postgresql: 'a column of type timestamptz or timestamp',
  sqlite: 'a column declared DATETIME, TIMESTAMP or TEXT (ISO 8601 text), or INTEGER (epoch milliseconds)',
}

/** `refreshedAt` must hold instants, and must be ours to write. */
export function checkRefreshedAt(column: Column, key: string, dialect: Dialect, path: string): Problem[] {
  const allowed = ALLOWED[dialect]
  if (column.name === key) return [{ path, found: `"${column.name}", the key`, allowed }]
  if (!INSTANTS[dialect].includes(column.kind)) {
    return [{ path, found: `"${column.name}" of type ${column.declaredType || 'none'}`, allowed }]
  }
  const locked = column.generated ? 'computed by the database' : column.locked
  return locked === undefined ? [] : [{ path, found: `"${column.name}", which is ${locked}`, allowed }]
}

/** In SQLite the declared type says how the column holds instants. */
export function markInstant(column: Column): Column {
  const number = column.kind === 'integer' || column.kind === 'bigint'
  return { ...column, instant: number ? 'epoch-ms' : 'iso-text' }
}

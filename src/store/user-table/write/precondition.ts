import type { Precondition } from '../../../domain/record.ts'
import { raw, type Sql, sql } from '../../sql.ts'
import { type Column, type ColumnKind, columnSql, findColumn, type UserTable } from '../user-table.ts'
import { encodeValues } from './encode-values.ts'

/**
 * PostgreSQL: kinds whose values come back from JavaScript as they were, so that what is unchanged never looks changed. JSON, arrays
 * and types of extensions do not.
 */
const COMPARABLE: readonly ColumnKind[] = [
  'integer',
  'bigint',
  'numeric',
  'float',
  'boolean',
  'text',
  'uuid',
  'timestamp',
  'timestamptz',
  'date',
  'time',
  'enum',
]

/**
 * What a record held when it was read, in the form in which `holdsSql` compares it. Left out: the key, by which it is
 * found, and what cannot be compared exactly.
 */
export function preconditionOf(table: UserTable, held: Readonly<Record<string, unknown>>): Precondition {
  const condition: Record<string, string | number | null> = Object.create(null)
  for (const name of Object.keys(held)) {
    const column = findColumn(table.columns, name)
    if (column === undefined || name === table.key.name || !isComparable(table, column)) continue
    const value = held[name] ?? null
    const form =
      value === null ? null : table.dialect === 'sqlite' ? sqliteForm(value) : postgresqlForm(table, name, value)
    if (form !== undefined) condition[name] = form
  }
  return condition
}

/** SQLite compares values by what they are, whatever the column is. */
function isComparable({ dialect }: UserTable, { kind }: Column): boolean {
  return dialect === 'sqlite' ? kind !== 'json' : COMPARABLE.includes(kind)
}

/** As it is; SQLite writes fractions into JSON with fewer digits than they have. */
function sqliteForm(value: unknown): string | number | undefined {
  // Its JSON ends a text at NUL.
  if (typeof value === 'string') return value.includes('\0') ? undefined : value
  if (typeof value === 'boolean') return value ? 1 : 0
  return Number.isSafeInteger(value) ? (value as number) : undefined
}

function postgresqlForm(table: UserTable, name: string, value: unknown): string | undefined {
  const encoded = encodeValues(table, { [name]: value })
  const text = 'problem' in encoded ? undefined : encoded.values[name]
  return typeof text === 'string' ? text : undefined
}

/** Whether a record holds the value still, as the column's own type compares; NULLs are the same. */
export function holdsSql(table: UserTable, column: Column, alias: string, value: Sql): Sql {
  const cell = columnSql(column, alias)
  if (table.dialect === 'sqlite') return sql`${cell} IS ${value}`
  // A Date has no more than milliseconds.
  const isInstant = column.kind === 'timestamp' || column.kind === 'timestamptz'
  const now = isInstant ? sql`date_trunc('milliseconds', ${cell})` : cell
  return sql`${now} IS NOT DISTINCT FROM CAST(${value} AS ${raw(column.castType)})`
}

import type { ColumnKind, ValueType } from '../../user-table/user-table.ts'

export type Affinity = 'INTEGER' | 'TEXT' | 'BLOB' | 'REAL' | 'NUMERIC'

/**
 * The affinity that SQLite gives a declared type, by its own five rules in their order
 * (https://www.sqlite.org/datatype3.html#determination_of_column_affinity, read November 2026).
 */
export function affinityOf(declaredType: string): Affinity {
  const type = declaredType.toUpperCase()
  if (type.includes('INT')) return 'INTEGER'
  if (/CHAR|CLOB|TEXT/.test(type)) return 'TEXT'
  if (type === '' || type.includes('BLOB')) return 'BLOB'
  return /REAL|FLOA|DOUB/.test(type) ? 'REAL' : 'NUMERIC'
}

/** Types that people declare and SQLite has not; by their first word. */
const KINDS: readonly (readonly [ColumnKind, readonly string[]])[] = [
  ['boolean', ['BOOL', 'BOOLEAN', 'BIT']],
  ['json', ['JSON', 'JSONB']],
  ['uuid', ['UUID', 'GUID', 'UNIQUEIDENTIFIER']],
  ['timestamp', ['DATETIME', 'TIMESTAMP']],
  ['timestamptz', ['TIMESTAMPTZ']],
  ['date', ['DATE']],
  ['time', ['TIME']],
  ['numeric', ['NUMERIC', 'NUM', 'NUMBER', 'DECIMAL', 'DEC', 'MONEY']],
  ['bigint', ['BIGINT', 'INT8']],
  ['bytes', ['BYTEA', 'BINARY', 'VARBINARY']],
  ['other', ['ANY']],
]

const BY_AFFINITY: Readonly<Record<Affinity, ColumnKind>> = {
  INTEGER: 'integer',
  TEXT: 'text',
  BLOB: 'bytes',
  REAL: 'float',
  NUMERIC: 'text',
}

/** What a column of that declared type holds. SQLite checks neither lengths nor digits, so there are none to keep to. */
export function sqliteType(declaredType: string): ValueType {
  const affinity = affinityOf(declaredType)
  const word = /^[A-Z0-9]+/.exec(declaredType.toUpperCase())?.[0] ?? ''
  const named = KINDS.find(([, words]) => words.includes(word))?.[0] ?? BY_AFFINITY[affinity]
  const withZone = named === 'timestamp' && /WITH TIME ?ZONE/i.test(declaredType)
  const kind = declaredType === '' ? 'other' : withZone ? 'timestamptz' : named
  const instant = kind === 'timestamp' || kind === 'timestamptz' ? ({ instant: 'iso-text' } as const) : {}
  return { declaredType, kind, sqlType: affinity, castType: affinity, ...instant }
}

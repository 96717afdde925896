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
const BY_WORD: Readonly<Record<string, ColumnKind>> = {
  BOOL: 'boolean',
  BOOLEAN: 'boolean',
  BIT: 'boolean',
  JSON: 'json',
  JSONB: 'json',
  UUID: 'uuid',
  GUID: 'uuid',
  UNIQUEIDENTIFIER: 'uuid',
  DATETIME: 'timestamp',
  TIMESTAMP: 'timestamp',
  TIMESTAMPTZ: 'timestamptz',
  DATE: 'date',
  TIME: 'time',
  NUMERIC: 'numeric',
  NUM: 'numeric',
  NUMBER: 'numeric',
  DECIMAL: 'numeric',
  DEC: 'numeric',
  MONEY: 'numeric',
  BIGINT: 'bigint',
  INT8: 'bigint',
  BYTEA: 'bytes',
  BINARY: 'bytes',
  VARBINARY: 'bytes',
  ANY: 'other',
}

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
  const named = Object.hasOwn(BY_WORD, word) ? BY_WORD[word] : undefined
  const kind = declaredType === '' ? 'other' : (named ?? BY_AFFINITY[affinity])
  const withZone = kind === 'timestamp' && /WITH TIME ?ZONE/i.test(declaredType)
  return {
    declaredType,
    kind: withZone ? 'timestamptz' : kind,
    sqlType: affinity,
    castType: affinity,
    ...holds(kind),
  }
}

function holds(kind: ColumnKind): { instant?: 'iso-text' } {
  return kind === 'timestamp' || kind === 'timestamptz' ? { instant: 'iso-text' } : {}
}

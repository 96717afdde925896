import type { Problem } from '../../../domain/problem.ts'
import type { Column, ColumnKind } from '../user-table.ts'
import type { Unique } from './catalog.ts'

const KEY_KINDS: readonly ColumnKind[] = ['integer', 'bigint', 'text', 'uuid']

/** A key names one record for good: the primary key, or a column that is NOT NULL and unique by itself. */
export function checkKey(key: Column, unique: Unique, path: string): Problem[] {
  const allowed = 'the primary key, or a NOT NULL column with a unique index of its own'
  if (!KEY_KINDS.includes(key.kind)) {
    return [
      {
        path,
        found: `"${key.name}" of type ${key.declaredType || 'none'}`,
        allowed: 'a key of type integer, bigint, uuid or text',
      },
    ]
  }
  const { primaryKey, columns } = unique
  if (primaryKey.length === 1 && primaryKey[0] === key.name) return []
  if (columns.includes(key.name)) {
    return key.nullable ? [{ path, found: `"${key.name}", which is unique but may be NULL`, allowed }] : []
  }
  if (primaryKey.includes(key.name)) {
    return [{ path, found: `"${key.name}", only a part of the primary key (${primaryKey.join(', ')})`, allowed }]
  }
  const [first] = primaryKey
  const hint = primaryKey.length === 1 ? `The primary key is \`${first}\`.` : undefined
  return [{ path, found: `"${key.name}", which is not unique`, allowed, ...(hint === undefined ? {} : { hint }) }]
}

import type { Problem } from '../../../domain/problem.ts'
import { userTableDialect } from '../../dialect/dialect-of.ts'
import type { Dialect } from '../../sql.ts'
import type { Column } from '../user-table.ts'

/** `refreshedAt` must hold instants, and must be ours to write. */
export function checkRefreshedAt(column: Column, key: string, dialect: Dialect, path: string): Problem[] {
  const { allowed, kinds } = userTableDialect(dialect).instants
  if (column.name === key) return [{ path, found: `"${column.name}", the key`, allowed }]
  if (!kinds.includes(column.kind)) {
    return [{ path, found: `"${column.name}" of type ${column.declaredType || 'none'}`, allowed }]
  }
  const locked = column.generated ? 'computed by the database' : column.locked
  return locked === undefined ? [] : [{ path, found: `"${column.name}", which is ${locked}`, allowed }]
}

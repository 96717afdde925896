import type { Problem } from '../../../domain/problem.ts'
import type { Column, UserTable, ValueType } from '../user-table.ts'
import { columnNamed } from './named-column.ts'

/** Checks the columns that a config wants to update; each problem's path is `pathPrefix` and the column's name. */
export function checkUpdate(table: UserTable, columns: readonly string[], pathPrefix: string): Problem[] {
  const problems: Problem[] = []
  for (const name of columns) {
    const path = `${pathPrefix}.${name}`
    const column = columnNamed(table.columns, name, path, problems)
    const obstacle = column === null ? null : obstacleTo(column, table)
    if (obstacle !== null)
      problems.push({ path, found: `"${name}", ${obstacle}`, allowed: 'a column to write fresh data to' })
  }
  return problems
}

function obstacleTo(column: Column, table: UserTable): string | null {
  if (column.name === table.key.name) return 'the key'
  if (column.name === table.refreshedAt?.name)
    return 'the column that records.refreshedAt names: spenddown stamps it itself'
  if (column.generated) return 'which the database computes itself'
  if (column.locked !== undefined) return `which is ${column.locked}`
  return isWritable(column) ? null : `of type ${column.declaredType || 'none'}, which spenddown cannot write`
}

/** Whether spenddown can write values of the type. */
export function isWritable(type: ValueType): boolean {
  if (type.kind === 'array')
    return type.element !== undefined && type.element.kind !== 'array' && isWritable(type.element)
  return type.kind !== 'bytes' && type.kind !== 'other'
}

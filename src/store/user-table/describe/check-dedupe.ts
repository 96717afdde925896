import type { Problem } from '../../../domain/problem.ts'
import type { UserTable } from '../user-table.ts'
import { columnNamed } from './named-column.ts'

const COMPARABLE = 'a column of text, numbers, truth values, uuids or instants'

/** Checks the columns by which records share a request; each problem's path is `path` and the place in the list. */
export function checkDedupe(table: UserTable, columns: readonly string[], path: string): Problem[] {
  const problems: Problem[] = []
  for (const [at, name] of columns.entries()) {
    const column = columnNamed(table.columns, name, `${path}[${at}]`, problems)
    if (column === null || !['array', 'json', 'bytes', 'other'].includes(column.kind)) continue
    const found = `"${name}", of type ${column.declaredType || 'none'}`
    problems.push({ path: `${path}[${at}]`, found, allowed: COMPARABLE })
  }
  return problems
}

import { nearestName, type Problem } from '../../../domain/problem.ts'
import { type Column, findColumn } from '../user-table.ts'

/** The column of that name, capitals and all; null, and a problem more, where the table has none. */
export function columnNamed(
  columns: readonly Column[],
  name: string,
  path: string,
  problems: Problem[],
): Column | null {
  const column = findColumn(columns, name)
  if (column !== undefined) return column
  problems.push(noColumn(columns, name, path))
  return null
}

export function noColumn(columns: readonly Column[], name: string, path: string): Problem {
  const names = columns.map((column) => column.name)
  const near = nearestName(name, names)
  const allowed = names.length <= 12 ? `a column of the table: ${names.join(', ')}` : 'a column of the table'
  const found = `"${name}", which the table does not have`
  return near === undefined ? { path, found, allowed } : { path, found, allowed, hint: `Did you mean \`${near}\`?` }
}

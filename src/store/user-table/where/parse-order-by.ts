import type { Problem } from '../../../domain/problem.ts'
import type { OrderBy } from '../../../domain/where.ts'
import { columnNamed } from '../describe/named-column.ts'
import type { ColumnKind, UserTable } from '../user-table.ts'
import { isObject, shown } from './where-reader.ts'

const FORM = "columns and their directions, such as [{ refreshed_at: 'asc' }]"
const UNORDERED: readonly ColumnKind[] = ['json', 'bytes', 'array', 'other']

/**
 * Reads an order as Prisma has it: one `{ column: 'asc' | 'desc' }` or a list of them. Undefined is the default,
 * which is the empty order: `orderSql` makes it "stalest first".
 */
export function parseOrderBy(
  json: unknown,
  table: UserTable,
  path: string,
): { readonly orderBy: OrderBy[] } | { readonly problems: Problem[] } {
  const problems: Problem[] = []
  const listed = Array.isArray(json)
  const each: unknown[] = json === undefined ? [] : listed ? json : [json]
  const orderBy = each.flatMap((one, i) => {
    const at = listed ? `${path}[${i}]` : path
    const read = readOne(one, at, problems)
    if (read !== null) checkColumn(read.column, table, at, problems)
    return read ?? []
  })
  return problems.length > 0 ? { problems } : { orderBy }
}

function readOne(json: unknown, path: string, problems: Problem[]): OrderBy | null {
  const entries = isObject(json) ? Object.entries(json) : []
  const [column, direction] = entries[0] ?? []
  if (column === undefined || entries.length > 1) {
    const hint = entries.length > 1 ? { hint: 'One column an object; the list gives their order.' } : {}
    problems.push({ path, found: shown(json), allowed: FORM, ...hint })
    return null
  }
  if (direction === 'asc' || direction === 'desc') return { column, direction }
  problems.push({ path: `${path}.${column}`, found: shown(direction), allowed: "'asc', 'desc'" })
  return null
}

function checkColumn(name: string, table: UserTable, path: string, problems: Problem[]): void {
  const column = columnNamed(table.columns, name, path, problems)
  if (column === null || !UNORDERED.includes(column.kind)) return
  const found = `"${name}" of type ${column.declaredType || 'none'}`
  problems.push({ path, found, allowed: 'a column whose values have an order' })
}

/** As `parseOrderBy`, for an order whose form is checked already. */
export function checkOrderBy(orderBy: readonly OrderBy[], table: UserTable, path: string): Problem[] {
  const problems: Problem[] = []
  for (const [i, { column }] of orderBy.entries()) checkColumn(column, table, `${path}[${i}]`, problems)
  return problems
}

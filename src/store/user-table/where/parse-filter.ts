import type { Problem } from '../../../domain/errors/problem.ts'
import type { Comparison } from '../../../domain/values/where.ts'
import { columnNamed } from '../describe/check-columns.ts'
import type { Column, UserTable } from '../user-table.ts'
import { readCompare } from './parse-operators.ts'
import type { ParsedWhere } from './parse-where.ts'

const OPERATOR = /^\s*(!=|<=|>=|=|<|>)\s*(.*?)\s*$/s
const FORM = /^\s*("(?:[^"]|"")+"|[^=!<>]*?)\s*(!=|<=|>=|=|<|>)\s*(.*?)\s*$/s
const OPERATORS: Readonly<Record<string, Comparison>> = {
  '=': 'equals',
  '!=': 'equals',
  '<': 'lt',
  '<=': 'lte',
  '>': 'gt',
  '>=': 'gte',
}

/**
 * Reads `column=value` (`= != < <= > >=`), as `--filter` takes it. The text of the value is read as the column's
 * type has it; `null` is NULL, unless it stands in double quotes, as any value may.
 */
export function parseFilter(text: string, table: UserTable, path: string): ParsedWhere {
  const problems: Problem[] = []
  const match = atColumn(text, table) ?? FORM.exec(text)?.slice(1)
  if (match === undefined || match[0] === '') {
    const allowed = 'column=value, with one of = != < <= > >='
    return { problems: [{ path, found: `"${text}"`, allowed }] }
  }
  const [name, operator, value] = match as [string, string, string]
  const column = columnNamed(table.columns, unquoted(name) ?? name, path, problems)
  if (column === null) return { problems }
  const part = { reader: { table, problems, comparisons: 0 }, path, column }
  const [condition] = readCompare(OPERATORS[operator] as Comparison, readValue(value, column), part)
  if (condition === undefined) return { problems }
  return { condition: operator === '!=' ? { kind: 'not', of: condition } : condition }
}

/** A column of the table at the start, the longest first: its name may hold an operator. */
function atColumn(text: string, table: UserTable): readonly string[] | undefined {
  const names = table.columns.map(({ name }) => name).toSorted((a, b) => b.length - a.length)
  return names
    .filter((name) => text.startsWith(name))
    .map((name) => OPERATOR.exec(text.slice(name.length))?.with(0, name))
    .find((match) => match !== undefined)
}

function readValue(text: string, column: Column): unknown {
  const literal = unquoted(text)
  if (literal !== null) return literal
  if (text === 'null') return null
  if (column.kind !== 'boolean') return text
  return text === 'true' || text === '1' ? true : text === 'false' || text === '0' ? false : text
}

function unquoted(text: string): string | null {
  return /^"(?:[^"]|"")*"$/.test(text) ? text.slice(1, -1).replaceAll('""', '"') : null
}

import type { Problem } from '../../../domain/problem.ts'
import type { Comparison, Condition } from '../../../domain/where.ts'
import { columnNamed } from '../describe/named-column.ts'
import type { Column, UserTable } from '../user-table.ts'
import { readCompare } from './parse-operators.ts'
import type { ParsedWhere } from './parse-where.ts'
import type { WhereReader } from './where-reader.ts'

const FORM = /^\s*("(?:[^"]|"")+"|[^=!<>]*?)\s*(!=|<=|>=|=|<|>)\s*(.*?)\s*$/s
const OPERATOR = /^\s*(!=|<=|>=|=|<|>)\s*(.*?)\s*$/s
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
  const split = splitAtColumn(text, table) ?? splitAtOperator(text)
  if (split === null) {
    const allowed = 'column=value, with one of = != < <= > >='
    return { problems: [{ path, found: `"${text}"`, allowed }] }
  }
  const column = columnNamed(table.columns, split.column, path, problems)
  if (column === null) return { problems }
  const reader: WhereReader = { table, problems, comparisons: 0 }
  const negated = split.operator === '!='
  const op = OPERATORS[split.operator] as Comparison
  const [condition] = readCompare(op, readValue(split.value, column), column, path, reader)
  if (condition === undefined) return { problems }
  return { condition: negated ? ({ kind: 'not', of: condition } satisfies Condition) : condition }
}

interface Split {
  readonly column: string
  readonly operator: string
  readonly value: string
}

/** A column of the table at the start, the longest first: its name may hold an operator. */
function splitAtColumn(text: string, table: UserTable): Split | null {
  const names = table.columns.map(({ name }) => name).sort((a, b) => b.length - a.length)
  for (const column of names) {
    const match = text.startsWith(column) ? OPERATOR.exec(text.slice(column.length)) : null
    if (match !== null) return { column, operator: match[1] as string, value: match[2] as string }
  }
  return null
}

function splitAtOperator(text: string): Split | null {
  const match = FORM.exec(text)
  if (match === null || match[1] === '') return null
  return {
    column: unquoted(match[1] as string) ?? (match[1] as string),
    operator: match[2] as string,
    value: match[3] as string,
  }
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

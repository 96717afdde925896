import { nearestName, type Problem } from '../../../domain/errors/problem.ts'
import type { Comparison, Condition } from '../../../domain/values/where.ts'
import { ofType } from '../describe/check-columns.ts'
import { type Column, isComparable, type UserTable } from '../user-table.ts'
import { holds } from '../values/holds.ts'
import { isOrdered, parseScalar } from './parse-scalar.ts'

/** Deeper than anyone writes by hand, and well within what both databases parse. */
export const MAX_DEPTH = 50
/** Each comparison is a parameter, and part of one expression. */
export const MAX_COMPARISONS = 1_000

/** What reading a condition gathers: every problem, and how many comparisons there are so far. */
export interface WhereReader {
  readonly table: UserTable
  readonly problems: Problem[]
  comparisons: number
}

/** A part of a condition: who reads it, and where it stands. */
export interface Part {
  readonly reader: WhereReader
  readonly path: string
}

/** A part that says something of a column. */
export interface ColumnPart extends Part {
  readonly column: Column
}

const COMPARISONS = ['equals', 'lt', 'lte', 'gt', 'gte'] as const
const TEXT_OPERATORS = ['contains', 'startsWith', 'endsWith'] as const
const OPERATORS: readonly string[] = [...COMPARISONS, 'not', 'in', 'notIn', ...TEXT_OPERATORS]

/** A column's part of a condition: a value, null, or an object of operators, all of which must hold. */
export function readOperators(value: unknown, part: ColumnPart, depth: number): Condition[] {
  if (!isObject(value)) return readCompare('equals', value, part)
  const entries = Object.entries(value)
  if (entries.length === 0 || depth > MAX_DEPTH) {
    const found = entries.length === 0 ? 'no operator' : `operators nested more than ${MAX_DEPTH} deep`
    return refuse(part, found, OPERATORS.join(', '))
  }
  return entries.flatMap(([operator, operand]) => {
    return readOperator(operator, operand, { ...part, path: `${part.path}.${operator}` }, depth)
  })
}

function readOperator(operator: string, operand: unknown, part: ColumnPart, depth: number): Condition[] {
  if (operator === 'not') {
    const negated = readOperators(operand, part, depth + 1)
    return negated.length === 0 ? [] : [{ kind: 'not', of: allOf(negated) }]
  }
  if (operator === 'in') return readList(operand, part)
  if (operator === 'notIn') return readList(operand, part).map((of) => ({ kind: 'not', of }))
  const text = TEXT_OPERATORS.find((each) => each === operator)
  if (text !== undefined) return readText(text, operand, part)
  const comparison = COMPARISONS.find((each) => each === operator)
  if (comparison !== undefined) return readCompare(comparison, operand, part)
  const near = nearestName(operator, OPERATORS)
  const hint = near === undefined ? undefined : `Did you mean \`${near}\`?`
  return refuse(part, `"${operator}"`, OPERATORS.join(', '), hint)
}

export function readCompare(op: Comparison, value: unknown, part: ColumnPart): Condition[] {
  const { column, reader } = part
  if (value === null && op === 'equals') return [{ kind: 'null', column: column.name }]
  if (op !== 'equals' && !isOrdered(column)) return unaskable(`\`${op}\``, part)
  reader.comparisons++
  const scalar = readScalar(value, part)
  return scalar === null ? [] : [{ kind: 'compare', column: column.name, op, value: scalar }]
}

function readList(list: unknown, part: ColumnPart): Condition[] {
  if (!Array.isArray(list)) return refuse(part, shown(list), 'a list of values')
  part.reader.comparisons++
  const values = list.map((value, i) => readScalar(value, { ...part, path: `${part.path}[${i}]` }))
  return values.includes(null) ? [] : [{ kind: 'in', column: part.column.name, values: values as string[] }]
}

function readText(op: (typeof TEXT_OPERATORS)[number], value: unknown, part: ColumnPart): Condition[] {
  const { column, reader } = part
  if (column.kind !== 'text') return unaskable(`\`${op}\``, part)
  reader.comparisons++
  if (typeof value === 'string' && !value.includes('\0')) return [{ kind: 'text', column: column.name, op, value }]
  return refuse(part, shown(value), 'text')
}

function readScalar(value: unknown, part: ColumnPart): string | null {
  const { column, reader } = part
  if (!isComparable(column)) {
    unaskable('a value', part)
    return null
  }
  const scalar = parseScalar(value, column, reader.table)
  if (scalar === null) refuse(part, shown(value), holds(column), hintFor(value, column))
  return scalar
}

function hintFor(value: unknown, { name, kind }: Column): string | undefined {
  if (Array.isArray(value)) return 'Use { in: [ … ] } for one of several values.'
  if (value === undefined) return 'Leave the column out, or give it a value.'
  if (value === null) return `Ask for NULL by a condition of its own: { ${name}: null }.`
  if (typeof value !== 'number') return undefined
  const exact = Number.isSafeInteger(value) || !Number.isInteger(value)
  if (!exact && (kind === 'integer' || kind === 'bigint')) return 'A number so large is exact only in quotes.'
  return kind === 'text' ? 'Put it in quotes.' : undefined
}

function unaskable(what: string, part: ColumnPart): Condition[] {
  return refuse(part, `${what} for a column ${ofType(part.column)}`, askable(part.column))
}

/** What can be asked of a column that is no text. */
function askable(column: Column): string {
  if (!isComparable(column)) return 'null and { not: null }'
  return isOrdered(column) ? 'equals, lt, lte, gt, gte, not, in, notIn, null' : 'equals, not, in, notIn, null'
}

/** Notes what was found in the part, and what is allowed there; answers no conditions. */
export function refuse({ reader, path }: Part, found: string, allowed: string, hint?: string): [] {
  reader.problems.push({ path, found, allowed, hint })
  return []
}

export function allOf(conditions: readonly Condition[]): Condition {
  const [only, ...rest] = conditions
  return only !== undefined && rest.length === 0 ? only : { kind: 'all', of: conditions }
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date)
}

/** A value of the person's own config or command line, for a message. */
export function shown(value: unknown): string {
  if (typeof value === 'bigint' || value === undefined) return String(value)
  const text = JSON.stringify(value) ?? typeof value
  return text.length > 60 ? `${text.slice(0, 60)}…` : text
}

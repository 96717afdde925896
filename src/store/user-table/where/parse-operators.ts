import { nearestName } from '../../../domain/problem.ts'
import type { Comparison, Condition } from '../../../domain/where.ts'
import type { Column } from '../user-table.ts'
import { holds } from '../values/holds.ts'
import { isComparable, isOrdered, parseScalar } from './parse-scalar.ts'
import { allOf, isObject, MAX_DEPTH, refuse, shown, type WhereReader } from './where-reader.ts'

const COMPARISONS = ['equals', 'lt', 'lte', 'gt', 'gte'] as const
const TEXT_OPERATORS = ['contains', 'startsWith', 'endsWith'] as const
const WHOLE: readonly string[] = ['integer', 'bigint']
const OPERATORS: readonly string[] = [...COMPARISONS, 'not', 'in', 'notIn', ...TEXT_OPERATORS]

/** A column's part of a condition: a value, null, or an object of operators, all of which must hold. */
export function readOperators(
  value: unknown,
  column: Column,
  path: string,
  depth: number,
  reader: WhereReader,
): Condition[] {
  if (!isObject(value)) return readCompare('equals', value, column, path, reader)
  const entries = Object.entries(value)
  if (entries.length === 0 || depth > MAX_DEPTH) {
    const found = entries.length === 0 ? 'no operator' : `operators nested more than ${MAX_DEPTH} deep`
    refuse(reader, path, found, OPERATORS.join(', '))
    return []
  }
  return entries.flatMap(([operator, operand]) => {
    return readOperator(operator, operand, column, `${path}.${operator}`, depth, reader)
  })
}

function readOperator(
  operator: string,
  operand: unknown,
  column: Column,
  path: string,
  depth: number,
  reader: WhereReader,
): Condition[] {
  if (operator === 'not') {
    const negated = readOperators(operand, column, path, depth + 1, reader)
    return negated.length === 0 ? [] : [{ kind: 'not', of: allOf(negated) }]
  }
  if (operator === 'in' || operator === 'notIn') return readList(operator, operand, column, path, reader)
  const text = TEXT_OPERATORS.find((each) => each === operator)
  if (text !== undefined) return readText(text, operand, column, path, reader)
  const comparison = COMPARISONS.find((each) => each === operator)
  if (comparison !== undefined) return readCompare(comparison, operand, column, path, reader)
  const near = nearestName(operator, OPERATORS)
  const hint = near === undefined ? undefined : `Did you mean \`${near}\`?`
  refuse(reader, path, `"${operator}"`, OPERATORS.join(', '), hint)
  return []
}

export function readCompare(
  op: Comparison,
  value: unknown,
  column: Column,
  path: string,
  reader: WhereReader,
): Condition[] {
  if (value === null && op === 'equals') return [{ kind: 'null', column: column.name }]
  if (op !== 'equals' && !isOrdered(column)) return unaskable(`\`${op}\``, column, path, reader)
  const scalar = readScalar(value, column, path, reader)
  return scalar === null ? [] : [{ kind: 'compare', column: column.name, op, value: scalar }]
}

function readList(
  operator: 'in' | 'notIn',
  list: unknown,
  column: Column,
  path: string,
  reader: WhereReader,
): Condition[] {
  if (!Array.isArray(list)) {
    refuse(reader, path, shown(list), 'a list of values')
    return []
  }
  reader.comparisons++
  const values = list.map((value, i) => readScalar(value, column, `${path}[${i}]`, reader))
  if (values.includes(null)) return []
  const condition: Condition = { kind: 'in', column: column.name, values: values as string[] }
  return [operator === 'in' ? condition : { kind: 'not', of: condition }]
}

function readText(
  op: (typeof TEXT_OPERATORS)[number],
  value: unknown,
  column: Column,
  path: string,
  reader: WhereReader,
): Condition[] {
  if (column.kind !== 'text') return unaskable(`\`${op}\``, column, path, reader)
  reader.comparisons++
  if (typeof value === 'string' && !value.includes('\0')) return [{ kind: 'text', column: column.name, op, value }]
  refuse(reader, path, shown(value), 'text')
  return []
}

function readScalar(value: unknown, column: Column, path: string, reader: WhereReader): string | null {
  reader.comparisons += path.endsWith(']') ? 0 : 1
  if (!isComparable(column)) {
    unaskable('a value', column, path, reader)
    return null
  }
  const scalar = parseScalar(value, column, reader.table)
  if (scalar === null) refuse(reader, path, shown(value), holds(column), hintFor(value, column))
  return scalar
}

function hintFor(value: unknown, column: Column): string | undefined {
  if (Array.isArray(value)) return 'Use { in: [ … ] } for one of several values.'
  if (value === undefined) return 'Leave the column out, or give it a value.'
  if (value === null) return `Ask for NULL by a condition of its own: { ${column.name}: null }.`
  if (typeof value !== 'number') return undefined
  const exact = Number.isSafeInteger(value) || !Number.isInteger(value)
  if (!exact && WHOLE.includes(column.kind)) return 'A number so large is exact only in quotes.'
  return column.kind === 'text' ? 'Put it in quotes.' : undefined
}

function unaskable(what: string, column: Column, path: string, reader: WhereReader): Condition[] {
  refuse(reader, path, `${what} for a column of type ${column.declaredType || 'none'}`, askable(column))
  return []
}

/** What can be asked of a column that is no text. */
function askable(column: Column): string {
  if (!isComparable(column)) return 'null and { not: null }'
  return isOrdered(column) ? 'equals, lt, lte, gt, gte, not, in, notIn, null' : 'equals, not, in, notIn, null'
}

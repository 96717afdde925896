import type { Problem } from '../../../domain/problem.ts'
import type { Condition } from '../../../domain/where.ts'
import { noColumn } from '../describe/named-column.ts'
import { findColumn, type UserTable } from '../user-table.ts'
import { readOperators } from './parse-operators.ts'
import { allOf, isObject, MAX_COMPARISONS, MAX_DEPTH, refuse, shown, type WhereReader } from './where-reader.ts'

const PARTS = ['AND', 'OR', 'NOT']

export type ParsedWhere = { readonly condition: Condition } | { readonly problems: Problem[] }

/**
 * Reads a condition in Prisma's language and checks it against the table. Nothing is guessed: what would silently
 * select everything (an undefined value, an empty alternative) is a problem.
 */
export function parseWhere(json: unknown, table: UserTable, path: string): ParsedWhere {
  const reader: WhereReader = { table, problems: [], comparisons: 0 }
  const condition = readObject(json, path, 1, reader)
  if (reader.comparisons > MAX_COMPARISONS) {
    const hint = 'Use `in` for a list of values, or --ids-file for a list of keys.'
    refuse(reader, path, `${reader.comparisons} comparisons`, `at most ${MAX_COMPARISONS}`, hint)
  }
  return reader.problems.length > 0 ? { problems: reader.problems } : { condition }
}

function readObject(json: unknown, path: string, depth: number, reader: WhereReader): Condition {
  if (!isObject(json)) {
    refuse(reader, path, shown(json), "conditions, such as { country: 'US' }")
    return { kind: 'all', of: [] }
  }
  if (depth > MAX_DEPTH) {
    refuse(reader, path, `conditions nested more than ${MAX_DEPTH} deep`, 'a flatter condition')
    return { kind: 'all', of: [] }
  }
  const conditions: Condition[] = []
  for (const [name, value] of Object.entries(json)) {
    const at = `${path}.${name}`
    if (PARTS.includes(name)) conditions.push(readPart(name, value, at, depth, reader))
    else conditions.push(...readColumn(name, value, at, depth, reader))
  }
  return allOf(conditions)
}

function readColumn(name: string, value: unknown, path: string, depth: number, reader: WhereReader): Condition[] {
  const column = findColumn(reader.table.columns, name)
  if (column !== undefined) return readOperators(value, column, path, depth, reader)
  const problem = noColumn(reader.table.columns, name, path)
  const part = PARTS.find((each) => each === name.toUpperCase())
  reader.problems.push(part === undefined ? problem : { ...problem, hint: `Did you mean \`${part}\`?` })
  return []
}

function readPart(name: string, value: unknown, path: string, depth: number, reader: WhereReader): Condition {
  const listed = Array.isArray(value)
  const each: unknown[] = listed ? value : [value]
  const read = each.map((one, i) => {
    const at = listed ? `${path}[${i}]` : path
    if (name !== 'AND' && isObject(one)) refuseUnclear(name, one, listed, at, reader)
    return readObject(one, at, depth + 1, reader)
  })
  if (name === 'AND') return allOf(read)
  if (name === 'OR') return { kind: 'any', of: read }
  return allOf(read.map((of) => ({ kind: 'not', of })))
}

/** Prisma drops an empty object where logic says "everything", and takes no object for OR: neither is what was meant. */
function refuseUnclear(name: string, value: object, listed: boolean, path: string, reader: WhereReader): void {
  const count = Object.keys(value).length
  if (count === 0) {
    refuse(reader, path, 'no condition', `at least one condition in each part of ${name}`)
  } else if (name === 'OR' && !listed && count > 1) {
    const hint = 'Write OR: [{ … }, { … }], each alternative an object of its own.'
    refuse(reader, path, 'an object of several conditions', 'a list of alternatives', hint)
  }
}

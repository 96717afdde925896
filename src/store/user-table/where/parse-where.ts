import type { Problem } from '../../../domain/errors/problem.ts'
import type { Condition } from '../../../domain/values/where.ts'
import { noColumn } from '../describe/check-columns.ts'
import { findColumn, type UserTable } from '../user-table.ts'
import {
  allOf,
  isObject,
  MAX_COMPARISONS,
  MAX_DEPTH,
  type Part,
  readOperators,
  refuse,
  shown,
} from './parse-operators.ts'

const LOGIC = ['AND', 'OR', 'NOT']

export type ParsedWhere = { readonly condition: Condition } | { readonly problems: Problem[] }

/** Reads a condition in Prisma's language. What would silently select everything (undefined, empty OR) is refused. */
export function parseWhere(json: unknown, table: UserTable, path: string): ParsedWhere {
  const part: Part = { reader: { table, problems: [], comparisons: 0 }, path }
  const condition = readObject(json, part, 1)
  const { comparisons, problems } = part.reader
  if (comparisons > MAX_COMPARISONS) {
    const hint = 'Use `in` for a list of values, or --ids-file for a list of keys.'
    refuse(part, `${comparisons} comparisons`, `at most ${MAX_COMPARISONS}`, hint)
  }
  return problems.length > 0 ? { problems } : { condition }
}

function readObject(json: unknown, part: Part, depth: number): Condition {
  const conditions: Condition[] = []
  if (!isObject(json)) refuse(part, shown(json), "conditions, such as { country: 'US' }")
  else if (depth > MAX_DEPTH) refuse(part, `conditions nested more than ${MAX_DEPTH} deep`, 'a flatter condition')
  else {
    for (const [name, value] of Object.entries(json)) {
      const named = { ...part, path: `${part.path}.${name}` }
      if (LOGIC.includes(name)) conditions.push(readLogic(name, value, named, depth))
      else conditions.push(...readColumn(name, value, named, depth))
    }
  }
  return allOf(conditions)
}

function readColumn(name: string, value: unknown, part: Part, depth: number): Condition[] {
  const { table, problems } = part.reader
  const column = findColumn(table.columns, name)
  if (column !== undefined) return readOperators(value, { ...part, column }, depth)
  const problem = noColumn(table.columns, name, part.path)
  const logic = LOGIC.find((each) => each === name.toUpperCase())
  problems.push(logic === undefined ? problem : { ...problem, hint: `Did you mean \`${logic}\`?` })
  return []
}

function readLogic(name: string, value: unknown, part: Part, depth: number): Condition {
  const listed = Array.isArray(value)
  const each: unknown[] = listed ? value : [value]
  const read = each.map((one, i) => {
    const at = listed ? { ...part, path: `${part.path}[${i}]` } : part
    if (name !== 'AND' && isObject(one)) refuseUnclear(name, one, listed, at)
    return readObject(one, at, depth + 1)
  })
  if (name === 'AND') return allOf(read)
  if (name === 'OR') return { kind: 'any', of: read }
  return allOf(read.map((of) => ({ kind: 'not', of })))
}

/** Prisma drops an empty object where logic says "everything", and takes no object for OR: neither is what was meant. */
function refuseUnclear(name: string, value: object, listed: boolean, part: Part): void {
  const count = Object.keys(value).length
  if (count === 0) {
    refuse(part, 'no condition', `at least one condition in each part of ${name}`)
  } else if (name === 'OR' && !listed && count > 1) {
    const hint = 'Write OR: [{ … }, { … }], each alternative an object of its own.'
    refuse(part, 'an object of several conditions', 'a list of alternatives', hint)
  }
}

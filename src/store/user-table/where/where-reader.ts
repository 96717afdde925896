import type { Problem } from '../../../domain/errors/problem.ts'
import type { Condition } from '../../../domain/values/where.ts'
import type { Column, UserTable } from '../user-table.ts'

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

/** Notes what was found in the part, and what is allowed there. */
export function refuse({ reader, path }: Part, found: string, allowed: string, hint?: string): void {
  reader.problems.push({ path, found, allowed, hint })
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

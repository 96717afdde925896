import type { Comparison } from '../../../domain/values/where.ts'
import { join, raw, type Sql, sql } from '../../sql.ts'

export const COMPARISON_SQL: Readonly<Record<Comparison, Sql>> = {
  equals: raw('='),
  lt: raw('<'),
  lte: raw('<='),
  gt: raw('>'),
  gte: raw('>='),
}

/** As a balanced tree: SQLite bounds how deep an expression is, and takes a chain of ANDs for one as deep as it is long. */
export function together(parts: readonly Sql[], operator: 'AND' | 'OR'): Sql {
  if (parts.length === 0) return raw(operator === 'AND' ? '(1 = 1)' : '(1 = 0)')
  if (parts.length <= 16) return sql`(${join([...parts], ` ${operator} `)})`
  const half = parts.length >> 1
  return sql`(${together(parts.slice(0, half), operator)} ${raw(operator)} ${together(parts.slice(half), operator)})`
}

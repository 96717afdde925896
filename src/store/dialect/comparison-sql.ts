import type { Comparison } from '../../domain/where.ts'
import { raw, type Sql } from '../sql.ts'

export const COMPARISON_SQL: Readonly<Record<Comparison, Sql>> = {
  equals: raw('='),
  lt: raw('<'),
  lte: raw('<='),
  gt: raw('>'),
  gte: raw('>='),
}

import { raw, sql } from '../../sql.ts'
import { samplingByKeys } from '../key-ranges.ts'
import { estimatedRows } from './health.ts'
import { mysqlOwnDialect } from './own-dialect.ts'

export const mysqlSampling = samplingByKeys({
  own: mysqlOwnDialect,
  count: estimatedRows,
  countMemory: (db) => estimatedRows(db, { schema: undefined, name: 'spenddown_memory' }),
  knowsRanges: true,
  inOrder: raw('STRAIGHT_JOIN'),
  // Compared with a text, a whole number would be a floating-point one.
  key: (_table, text) => sql`CASE WHEN ${text} REGEXP '^-?[0-9]{1,18}$' THEN CAST(${text} AS SIGNED) END`,
})

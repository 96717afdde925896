import { empty, raw, type Sql, sql } from '../../sql.ts'
import {
  type Column,
  type ColumnKind,
  columnSql,
  qualifiedName,
  tableSql,
  type UserTable,
} from '../../user-table/user-table.ts'
import type { Sampling } from '../user-table-dialect.ts'
import { estimatedRows } from './health.ts'
import { postgresqlOwnDialect } from './own-dialect.ts'

const { memory } = postgresqlOwnDialect.tables

export const postgresqlSampling: Sampling = {
  knowsRanges: true,
  measure: async (db, table) => ({
    rows: await estimatedRows(db, qualifiedName(table)),
    part: (share, seed) => sql`${tableSql(table)} AS t ${pages(share, seed)}`,
  }),
  async remembered(db, table, most) {
    const share = most / (await estimatedRows(db, memory.sql))
    const key = keyOf(table, raw('m.key'))
    return sql`${memory} AS m ${share < 1 ? pages(share, 1) : empty} JOIN ${tableSql(table)} AS t
      ON ${columnSql(table.key, 't')} = ${key}`
  },
  key: keyOf,
}

function pages(share: number, seed: number): Sql {
  return raw(`TABLESAMPLE SYSTEM (${100 * share}) REPEATABLE (${seed})`)
}

function keyOf({ key }: UserTable, text: Sql): Sql {
  const typed = sql`CAST(${text} AS ${raw(key.castType)})`
  const pattern = patternOf(key)
  return pattern === undefined ? typed : sql`CASE WHEN ${text} ~ ${raw(`'${pattern}'`)} THEN ${typed} END`
}

/** What a text looks like that can be cast: of whole numbers, no longer than all that fit. */
const KEYS: Partial<Record<ColumnKind, string>> = {
  integer: '^-?[0-9]{1,9}$',
  bigint: '^-?[0-9]{1,18}$',
  uuid: '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$',
}

function patternOf({ kind, castType }: Column): string | undefined {
  // A smallint is too small for nine digits.
  return castType === 'smallint' ? '^-?[0-9]{1,4}$' : KEYS[kind]
}

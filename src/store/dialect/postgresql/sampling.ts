import { raw, sql } from '../../sql.ts'
import type { Column, ColumnKind } from '../../user-table/user-table.ts'
import type { Sampling } from '../user-table-dialect.ts'
import { estimatedRows } from './health.ts'

export const postgresqlSampling: Sampling = {
  rows: estimatedRows,
  clause: (share, seed) => raw(`TABLESAMPLE SYSTEM (${100 * share}) REPEATABLE (${seed})`),
  key: ({ key }, text) => {
    const typed = sql`CAST(${text} AS ${raw(key.castType)})`
    const pattern = patternOf(key)
    return pattern === undefined ? typed : sql`CASE WHEN ${text} ~ ${raw(`'${pattern}'`)} THEN ${typed} END`
  },
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

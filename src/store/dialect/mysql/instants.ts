import { type Sql, sql } from '../../sql.ts'
import { instantAt } from '../../user-table/read/instant-text.ts'
import type { Column } from '../../user-table/user-table.ts'
import type { InstantDialect } from '../user-table-dialect.ts'
import { fractionOf } from './column-type.ts'

/** The session's time zone is UTC: a TIMESTAMP is read in it, and a DATETIME, which has none, is taken to be of it. */
export const mysqlInstants: InstantDialect = {
  kinds: ['timestamptz', 'timestamp'],
  allowed: 'a column of type datetime or timestamp',
  declared: 'datetime(6)',
  mark: (column) => column,
  text: (_column, cell) => instantText(cell),
  // As texts, all of the same length: a zero date, which is no instant, comes before all others.
  isNotNewer: (_column, cell, selectedAt) => sql`(${cell} IS NULL OR ${instantText(cell)} <= ${selectedAt})`,
  isBefore: (_column, cell, at) => sql`${cell} < ${instantOf(at)}`,
  ageDays: (cell, at) => sql`(TIMESTAMPDIFF(MICROSECOND, ${cell}, ${instantOf(at)}) / 86400000000e0)`,
  stampedText,
}

/** '2026-11-05T10:00:00.123456Z' */
export function instantText(cell: Sql): Sql {
  return sql`DATE_FORMAT(${cell}, '%Y-%m-%dT%H:%i:%s.%fZ')`
}

function instantOf(at: number): Sql {
  return sql`CAST(${new Date(at).toISOString().replace('T', ' ').slice(0, -1)} AS DATETIME(6))`
}

/** What the column does not keep is cut off (see `assigned`). */
function stampedText(column: Column | null, at: Date): string {
  const unit = column === null ? 1 : 10 ** Math.max(0, 3 - fractionOf(column))
  const text = instantAt(Math.floor(at.getTime() / unit) * unit)
  if (text === null) throw new Error('refreshedAt is not an instant')
  return text
}

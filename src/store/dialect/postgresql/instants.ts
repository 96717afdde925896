import { raw, sql } from '../../sql.ts'
import { instantAt } from '../../user-table/read/instant-text.ts'
import type { Column } from '../../user-table/user-table.ts'
import { textSql } from '../casts.ts'
import type { InstantDialect } from '../user-table-dialect.ts'

export const postgresqlInstants: InstantDialect = {
  kinds: ['timestamptz', 'timestamp'],
  allowed: 'a column of type timestamptz or timestamp',
  declared: 'timestamptz',
  mark: (column) => column,
  /** '2026-11-05T10:00:00.123456Z', whatever the session's time zone, or 'infinity'. */
  text({ kind }, cell) {
    const utc = kind === 'timestamptz' ? sql`${cell} AT TIME ZONE 'UTC'` : cell
    const written = sql`to_char(${utc}, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`
    return sql`CASE WHEN isfinite(${cell}) THEN ${written} ELSE ${textSql('postgresql', cell)} END`
  },
  isNotNewer({ kind }, cell, selectedAt) {
    const instant = sql`CAST(${selectedAt} AS timestamptz)`
    const selected = kind === 'timestamptz' ? instant : sql`(${instant} AT TIME ZONE 'UTC')`
    return sql`(${cell} IS NULL OR ${cell} <= ${selected})`
  },
  isBefore: ({ castType }, cell, at) => sql`${cell} < CAST(${new Date(at).toISOString()} AS ${raw(castType)})`,
  ageDays(cell, at) {
    const seconds = sql`CAST(extract(epoch FROM ${cell}) AS double precision)`
    return sql`((CAST(${String(at)} AS double precision) / 1000 - ${seconds}) / 86400)`
  },
  stampedText,
}

/** timestamp(0) has rounded it. */
function stampedText(column: Column | null, at: Date): string {
  const digits = /timestamp\((\d)\)/.exec(column?.sqlType ?? '')?.[1]
  const unit = digits === undefined ? 1 : 10 ** Math.max(0, 3 - Number(digits))
  const text = instantAt(Math.floor((at.getTime() + unit / 2) / unit) * unit)
  if (text === null) throw new Error('refreshedAt is not an instant')
  return text
}

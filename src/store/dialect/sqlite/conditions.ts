import { sql } from '../../sql.ts'
import { columnSql } from '../../user-table/user-table.ts'
import { COMPARISON_SQL, together } from '../../user-table/where/logic-sql.ts'
import type { ConditionSql } from '../user-table-dialect.ts'
import { isoTextSql } from './instants.ts'

/** The column's affinity turns a text into what the column holds, exactly, and an index of the column serves. */
export const sqliteConditions: ConditionSql = {
  compare(column, op, value, alias) {
    if (column.instant === 'iso-text') return isoTextSql(column, op, String(value), alias)
    return sql`(${columnSql(column, alias)} ${COMPARISON_SQL[op]} ${String(value)})`
  },
  isAmong(column, values, alias) {
    const texts = values.map(String)
    if (column.instant === 'iso-text')
      return together(
        texts.map((text) => isoTextSql(column, 'equals', text, alias)),
        'OR',
      )
    return sql`(${columnSql(column, alias)} IN (SELECT value FROM json_each(${JSON.stringify(texts)})))`
  },
  // GLOB heeds capitals, and a pattern with a fixed beginning uses an index of the column, as LIKE does not.
  matchText(column, op, value, alias) {
    const cell = columnSql(column, alias)
    if (op === 'contains') return sql`(instr(${cell}, ${value}) > 0)`
    const escaped = value.replace(/[*?[]/g, '[$&]')
    return sql`(${cell} GLOB ${op === 'startsWith' ? `${escaped}*` : `*${escaped}`})`
  },
  // It is SQLite's own way.
  orderNulls: () => '',
}

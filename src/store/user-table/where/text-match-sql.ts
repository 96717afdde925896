import { type Dialect, raw, type Sql, sql } from '../../sql.ts'
import { type Column, columnSql } from '../user-table.ts'

export type TextMatch = 'contains' | 'startsWith' | 'endsWith'

/** Whether a text contains another, begins or ends with it: capitals count, and nothing in the text is a wildcard. */
export function textMatchSql(column: Column, op: TextMatch, value: string, dialect: Dialect, alias: string): Sql {
  const cell = columnSql(column, alias)
  return dialect === 'sqlite'
    ? sqliteMatch(cell, op, value)
    : sql`(${likeable(column, cell)} LIKE ${likePattern(op, value)})`
}

/** GLOB heeds capitals, and a pattern with a fixed beginning uses an index of the column, as LIKE does not. */
function sqliteMatch(cell: Sql, op: TextMatch, value: string): Sql {
  if (op === 'contains') return sql`(instr(${cell}, ${value}) > 0)`
  const escaped = value.replace(/[*?[]/g, '[$&]')
  return sql`(${cell} GLOB ${op === 'startsWith' ? `${escaped}*` : `*${escaped}`})`
}

function likePattern(op: TextMatch, value: string): Sql {
  const escaped = value.replace(/[\\%_]/g, '\\$&')
  const pattern = { contains: `%${escaped}%`, startsWith: `${escaped}%`, endsWith: `%${escaped}` }[op]
  return sql`CAST(${pattern} AS text)`
}

/** LIKE ignores capitals for citext, counts the padding of char(n), and knows no collation that takes unlike for like. */
function likeable(column: Column, cell: Sql): Sql {
  if (column.looseCollation) return sql`CAST(${cell} AS text) COLLATE ${raw('"C"')}`
  return column.castType === 'text' || column.castType === 'character varying' ? cell : sql`CAST(${cell} AS text)`
}

import { raw, type Sql, sql } from '../../sql.ts'
import type { Column, ColumnKind, ValueType } from '../user-table.ts'

/** A column's value as it stands in the JSON that `readRecords` asks for; `decodeCell` turns it back. */
export function cellSql(column: Column, cell: Sql, dialect: 'sqlite' | 'postgresql'): Sql {
  return dialect === 'sqlite' ? sqliteCell(column, cell) : postgresqlCell(column, cell)
}

const NUMBERS: readonly ColumnKind[] = ['integer', 'bigint', 'numeric', 'boolean']

/**
 * SQLite's columns may hold anything. What JSON, or JavaScript, cannot hold as it is goes into a list: bytes as
 * [hex], a whole number with too many digits as [digits, 1]. The likely case is tested first, since this runs for
 * every cell; bytes come after all numbers and texts, so that one comparison finds them.
 */
function sqliteCell(column: Column, cell: Sql): Sql {
  const bytes = sql`WHEN ${cell} >= x'' THEN json_array(hex(${cell}))`
  if (!NUMBERS.includes(column.kind)) return sql`CASE ${bytes} ELSE ${cell} END`
  return sql`CASE WHEN ${cell} BETWEEN -9007199254740991 AND 9007199254740991 THEN ${cell}
    WHEN typeof(${cell}) = 'integer' THEN json_array(CAST(${cell} AS TEXT), 1) ${bytes} ELSE ${cell} END`
}

/** These go into JSON as they are, whatever the session's settings. */
const PLAIN: readonly ColumnKind[] = ['integer', 'float', 'boolean', 'json', 'date', 'timestamp']

function postgresqlCell(type: ValueType, cell: Sql): Sql {
  if (type.kind === 'timestamptz') return sql`CAST(${cell} AS timestamptz) AT TIME ZONE 'UTC'`
  if (type.kind === 'bytes') return sql`encode(${cell}, 'hex')`
  if (type.kind === 'array' && type.element !== undefined) return arrayCell(type.element, cell)
  return PLAIN.includes(type.kind) ? cell : sql`CAST(${cell} AS text)`
}

function arrayCell(element: ValueType, cell: Sql): Sql {
  const plain = PLAIN.includes(element.kind) || element.kind === 'timestamptz'
  return plain ? cell : sql`CAST(${cell} AS ${raw('text[]')})`
}

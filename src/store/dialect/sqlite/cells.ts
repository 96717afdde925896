import { type Sql, sql } from '../../sql.ts'
import type { ColumnKind } from '../../user-table/user-table.ts'
import type { CellCodec } from '../user-table-dialect.ts'

const NUMBERS: readonly ColumnKind[] = ['integer', 'bigint', 'numeric', 'boolean']

/**
 * SQLite's columns may hold anything. What JSON, or JavaScript, cannot hold as it is goes into a list: bytes as
 * [hex], a whole number with too many digits as [digits, 1]. The likely case is tested first, since this runs for
 * every cell; bytes come after all numbers and texts, so that one comparison finds them.
 */
export const sqliteCells: CellCodec = {
  sql({ kind }, cell: Sql) {
    const bytes = sql`WHEN ${cell} >= x'' THEN json_array(hex(${cell}))`
    if (!NUMBERS.includes(kind)) return sql`CASE ${bytes} ELSE ${cell} END`
    return sql`CASE WHEN ${cell} BETWEEN -9007199254740991 AND 9007199254740991 THEN ${cell}
    WHEN typeof(${cell}) = 'integer' THEN json_array(CAST(${cell} AS TEXT), 1) ${bytes} ELSE ${cell} END`
  },
  decoder({ kind }) {
    if (kind === 'boolean') return (cell) => (cell === 1 ? true : cell === 0 ? false : unboxed(cell))
    if (kind === 'json') return (cell) => (typeof cell === 'string' ? parsedOr(cell) : unboxed(cell))
    return unboxed
  },
}

function unboxed(cell: unknown): unknown {
  if (!Array.isArray(cell)) return cell
  return cell.length === 1 ? Buffer.from(cell[0] as string, 'hex') : BigInt(cell[0] as string)
}

function parsedOr(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

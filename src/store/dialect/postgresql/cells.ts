import { raw, type Sql, sql } from '../../sql.ts'
import type { ColumnKind, ValueType } from '../../user-table/user-table.ts'
import type { CellCodec, Decode } from '../user-table-dialect.ts'

export const postgresqlCells: CellCodec = { sql: cellSql, decoder }

/** These go into JSON as they are, whatever the session's settings. */
const PLAIN: readonly ColumnKind[] = ['integer', 'float', 'boolean', 'json', 'date', 'timestamp']

function cellSql(type: ValueType, cell: Sql): Sql {
  if (type.kind === 'timestamptz') return sql`CAST(${cell} AS timestamptz) AT TIME ZONE 'UTC'`
  if (type.kind === 'bytes') return sql`encode(${cell}, 'hex')`
  if (type.kind === 'array' && type.element !== undefined) return arrayCell(type.element, cell)
  return PLAIN.includes(type.kind) ? cell : sql`CAST(${cell} AS text)`
}

function arrayCell(element: ValueType, cell: Sql): Sql {
  const plain = PLAIN.includes(element.kind) || element.kind === 'timestamptz'
  return plain ? cell : sql`CAST(${cell} AS ${raw('text[]')})`
}

function decoder(type: ValueType): Decode | null {
  switch (type.kind) {
    case 'bigint':
      return (cell) => wholeNumber(cell as string)
    case 'float':
      return (cell) => Number(cell)
    case 'timestamp':
    case 'timestamptz':
      return (cell) => instant(cell as string)
    case 'bytes':
      return (cell) => Buffer.from(cell as string, 'hex')
    case 'array':
      return type.element === undefined ? null : arrayDecoder(type.element)
    default:
      return null
  }
}

function arrayDecoder(element: ValueType): Decode | null {
  const decode = element.kind === 'bytes' ? hexBytes : decoder(element)
  if (decode === null) return null
  const each = (cell: unknown): unknown => (cell === null ? null : Array.isArray(cell) ? cell.map(each) : decode(cell))
  return each
}

/** An element of a bytea[] comes as PostgreSQL prints it. */
function hexBytes(cell: unknown): unknown {
  const text = cell as string
  return text.startsWith('\\x') ? Buffer.from(text.slice(2), 'hex') : text
}

function wholeNumber(digits: string): number | bigint {
  const number = Number(digits)
  return Number.isSafeInteger(number) ? number : BigInt(digits)
}

/** Without a zone it is UTC. What a Date cannot be ("infinity", a year before 1) stays text. */
function instant(text: string): Date | string {
  const date = new Date(/(Z|[+-]\d\d(:\d\d)?)$/.test(text) ? text : `${text}Z`)
  return Number.isNaN(date.getTime()) ? text : date
}

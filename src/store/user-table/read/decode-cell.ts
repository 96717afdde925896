import type { Dialect } from '../../sql.ts'
import type { Column, ColumnKind, ValueType } from '../user-table.ts'

/** RequestPacer a cell of the JSON that `cellSql` makes back into the column's value. Null never comes here. */
export type Decode = (cell: unknown) => unknown

/** How the column's cells are turned back; null: they are what they should be. */
export function decoder(column: Column, dialect: Dialect): Decode | null {
  return dialect === 'sqlite' ? sqliteDecoder(column.kind) : postgresqlDecoder(column)
}

function sqliteDecoder(kind: ColumnKind): Decode {
  if (kind === 'boolean') return (cell) => (cell === 1 ? true : cell === 0 ? false : unboxed(cell))
  if (kind === 'json') return (cell) => (typeof cell === 'string' ? parsedOr(cell) : unboxed(cell))
  return unboxed
}

/** See `cellSql`: bytes as [hex], long whole numbers as [digits, 1]. */
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

function postgresqlDecoder(type: ValueType): Decode | null {
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
  const decode = element.kind === 'bytes' ? hexBytes : postgresqlDecoder(element)
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

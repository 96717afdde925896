import { type Sql, sql } from '../../sql.ts'
import type { ValueType } from '../../user-table/user-table.ts'
import { textSql } from '../casts.ts'
import type { CellCodec, Decode } from '../user-table-dialect.ts'
import { instantText } from './instants.ts'

/** What is no number goes as text; NULL stays NULL. */
export const mysqlCells: CellCodec = { sql: cellSql, decoder }

/** These are not text in any character set. */
const BINARY = /^(?:geometry|point|linestring|polygon|multi\w+|geomcollection|geometrycollection|vector|bit)/

function cellSql(type: ValueType, cell: Sql): Sql {
  if (type.kind === 'integer' || type.kind === 'boolean') return sql`(${cell} + 0)`
  // JSON writes a FLOAT with six digits only.
  if (type.kind === 'float') return sql`(${cell} + 0e0)`
  if (type.kind === 'timestamp' || type.kind === 'timestamptz') return instantText(cell)
  return type.kind === 'bytes' || BINARY.test(type.castType) ? sql`hex(${cell})` : textSql('mysql', cell)
}

function decoder({ kind, castType }: ValueType): Decode | null {
  switch (kind) {
    case 'bigint':
      return (cell) => wholeNumber(cell as string)
    case 'float':
      return castType === 'real' ? (cell) => shortest(cell as number) : null
    case 'boolean':
      return (cell) => (cell === 1 ? true : cell === 0 ? false : cell)
    case 'json':
      return (cell) => parsedOr(cell as string)
    case 'timestamp':
    case 'timestamptz':
      return (cell) => instant(cell as string)
    case 'bytes':
      return (cell) => Buffer.from(cell as string, 'hex')
    default:
      return null
  }
}

function wholeNumber(digits: string): number | bigint {
  const number = Number(digits)
  return Number.isSafeInteger(number) ? number : BigInt(digits)
}

/** The shortest number that the same FLOAT holds: 0.1, not 0.10000000149011612. */
function shortest(number: number): number {
  for (let digits = 6; digits <= 9; digits++) {
    const short = Number(number.toPrecision(digits))
    if (Math.fround(short) === number) return short
  }
  return number
}

/** What a Date cannot be (0000-00-00) stays text. */
function instant(text: string): Date | string {
  const date = new Date(text)
  return Number.isNaN(date.getTime()) ? text : date
}

function parsedOr(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

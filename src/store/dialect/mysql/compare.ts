import { raw, type Sql, sql } from '../../sql.ts'
import type { Column, ValueType } from '../../user-table/user-table.ts'
import { textSql } from '../casts.ts'
import { fractionOf } from './column-type.ts'

// A collation takes "Ann" for "ANN", and trailing blanks for none: what must be the same is compared by its bytes.

/** A text, whatever its character set, so that it is equal to another by its bytes alone. */
export function bytesOf(text: Sql): Sql {
  return sql`CAST(CONVERT(${text} USING utf8mb4) AS BINARY)`
}

/** The text (utf8mb4) in the column's character set and collation, so that an index of the column finds it. */
export function asIn({ collation }: Pick<Column, 'collation'>, text: Sql): Sql {
  if (collation === undefined) return text
  const [charset = ''] = collation.split('_')
  return sql`CONVERT(${text} USING ${raw(charset)}) COLLATE ${raw(collation)}`
}

/** A value, which is a text, as the column compares it: never cut, never rounded. */
export function asked(column: Column, value: Sql): Sql {
  if (column.kind === 'numeric') return sql`CAST(${value} AS DECIMAL(65,30))`
  if (isInstant(column)) return sql`CAST(${value} AS DATETIME(6))`
  if (column.kind === 'time') return sql`CAST(${value} AS TIME(6))`
  return held(column, value)
}

/** A value, which is a text, as the column would hold it. */
export function held(column: Column, value: Sql): Sql {
  const { kind, castType, precision, scale } = column
  switch (kind) {
    case 'integer':
    case 'bigint':
    case 'boolean':
      return wholeNumber(column, value)
    case 'numeric':
      return sql`CAST(${value} AS DECIMAL(${raw(`${precision},${scale}`)}))`
    case 'float':
      return castType === 'real' ? asFloat(value) : sql`(${value} + 0e0)`
    case 'date':
      return sql`CAST(${value} AS DATE)`
    case 'time':
      return sql`CAST(${cut(column, value)} AS TIME(${raw(String(fractionOf(column)))}))`
    case 'timestamp':
    case 'timestamptz':
      return sql`CAST(${cut(column, value)} AS DATETIME(${raw(String(fractionOf(column)))}))`
    default:
      return asIn(column, value)
  }
}

/** CAST knows FLOAT since MySQL 8.0.17; JSON_TABLE always has. */
function asFloat(value: Sql): Sql {
  return sql`(SELECT j.f FROM JSON_TABLE(json_array(${value}), '$[*]' COLUMNS (f FLOAT PATH '$')) AS j)`
}

/** A value, which is a text, as it is assigned to the column, which refuses what it cannot hold. */
export function assigned(column: Column, value: Sql): Sql {
  if (isInstant(column) || column.kind === 'time') return cut(column, value)
  return column.castType === 'bit' ? wholeNumber(column, value) : value
}

/** Whether the cell is what the column would make of the value (a text, or NULL). */
export function holdsValue(column: Column, cell: Sql, value: Sql): Sql {
  if (column.kind === 'boolean' || column.kind === 'integer') return sql`((${cell} + 0) <=> ${held(column, value)})`
  if (isText(column)) {
    // The padding of a CHAR is not told.
    const kept = column.castType === 'char' ? sql`TRIM(TRAILING ' ' FROM ${value})` : value
    return sql`(${bytesOf(cell)} <=> ${bytesOf(kept)})`
  }
  if (column.kind !== 'json') return sql`(${cell} <=> ${held(column, value)})`
  // MySQL has a type for JSON, which it writes in its own way; MariaDB keeps the text.
  if (column.castType === 'json')
    return sql`(${textSql('mysql', cell)} <=> ${textSql('mysql', sql`CAST(${value} AS JSON)`)})`
  return sql`(${bytesOf(cell)} <=> ${bytesOf(value)})`
}

export function isText({ kind }: ValueType): boolean {
  return kind === 'text' || kind === 'enum' || kind === 'uuid' || kind === 'other'
}

export function isInstant({ kind }: ValueType): boolean {
  return kind === 'timestamp' || kind === 'timestamptz'
}

function wholeNumber({ castType }: ValueType, value: Sql): Sql {
  return sql`CAST(${value} AS ${raw(castType.endsWith('unsigned') || castType === 'bit' ? 'UNSIGNED' : 'SIGNED')})`
}

/** MySQL rounds fractions of seconds, MariaDB cuts them; both take what has no more digits than the column keeps. */
function cut(column: ValueType, value: Sql): Sql {
  const digits = fractionOf(column)
  const length = (column.kind === 'time' ? 8 : 19) + (digits === 0 ? 0 : digits + 1)
  return sql`LEFT(TRIM(TRAILING 'Z' FROM ${value}), ${raw(String(length))})`
}

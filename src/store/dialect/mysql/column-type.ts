import type { ColumnKind, ValueType } from '../../user-table/user-table.ts'

/** As information_schema tells of a column. */
export interface CatalogType {
  /** "varchar(20)", "int(11) unsigned", "enum('a','b')". */
  readonly type: string
  /** "varchar", "int", "enum". */
  readonly dataType: string
  readonly maxLength: number | null
  readonly precision: number | null
  readonly scale: number | null
  /** MariaDB's JSON is a text with a check. */
  readonly isJson: boolean
}

const KINDS: readonly (readonly [ColumnKind, readonly string[]])[] = [
  ['integer', ['tinyint', 'smallint', 'mediumint', 'int', 'year']],
  ['bigint', ['bigint']],
  ['numeric', ['decimal']],
  ['float', ['float', 'double']],
  ['text', ['char', 'varchar', 'tinytext', 'text', 'mediumtext', 'longtext']],
  ['uuid', ['uuid']],
  ['json', ['json']],
  ['timestamp', ['datetime']],
  ['timestamptz', ['timestamp']],
  ['date', ['date']],
  ['time', ['time']],
  ['bytes', ['binary', 'varbinary', 'tinyblob', 'blob', 'mediumblob', 'longblob']],
  ['enum', ['enum']],
]

/** `tinyint(1)` and `bit(1)` are how people declare a truth value; `tinyint(1)` holds other numbers all the same. */
const BOOLEANS = ['tinyint(1)', 'bit(1)']

/** What a column holds. `castType`: its bare name, with "unsigned" where it is; of a `float`, the standard's name. */
export function mysqlType(column: CatalogType): ValueType {
  const { type, dataType } = column
  const named = KINDS.find(([, names]) => names.includes(dataType))?.[0] ?? 'other'
  const kind = BOOLEANS.includes(type) ? 'boolean' : column.isJson ? 'json' : named
  const unsigned = /\bunsigned\b/.test(type) ? ' unsigned' : ''
  const castType = dataType === 'float' ? 'real' : `${dataType}${unsigned}`
  return { declaredType: type, kind, sqlType: type, castType, ...limits(column, kind) }
}

function limits({ type, dataType, maxLength, precision, scale }: CatalogType, kind: ColumnKind): Partial<ValueType> {
  if (kind === 'enum') return { labels: labelsOf(type) }
  if (kind === 'numeric') return { precision: precision ?? 10, scale: scale ?? 0 }
  // The others are as long as their bytes, which the database counts.
  return maxLength !== null && (dataType === 'char' || dataType === 'varchar') ? { maxLength } : {}
}

/** Of "enum('a','it''s')". */
function labelsOf(type: string): string[] {
  return [...type.matchAll(/'((?:[^']|'')*)'/g)].map(([, label]) => (label as string).replaceAll("''", "'"))
}

/** Digits of the fraction of seconds that the column keeps. */
export function fractionOf({ sqlType }: ValueType): number {
  return Number(/^(?:datetime|timestamp|time)\((\d)\)/.exec(sqlType)?.[1] ?? 0)
}

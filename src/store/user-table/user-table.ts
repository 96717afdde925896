import { textSql } from '../dialect/casts.ts'
import { type Dialect, quote, quoted, raw, type Sql, sql } from '../sql.ts'

/** What a column holds, as far as spenddown treats it differently. */
export type ColumnKind =
  | 'integer'
  | 'bigint'
  | 'numeric'
  | 'float'
  | 'boolean'
  | 'text'
  | 'uuid'
  | 'json'
  | 'timestamp'
  | 'timestamptz'
  | 'date'
  | 'time'
  | 'bytes'
  | 'array'
  | 'enum'
  | 'other'

/** What values a column takes: the part of a column that an array's elements have too. */
export interface ValueType {
  /** As the table declares it. */
  readonly declaredType: string
  readonly kind: ColumnKind
  /** PostgreSQL, MySQL: the type as the database writes it. SQLite: the column's affinity. */
  readonly sqlType: string
  /** As `sqlType` without length or precision and with domains resolved: a cast to it neither cuts nor rounds. */
  readonly castType: string
  /** In characters. */
  readonly maxLength?: number
  /** Of a numeric: digits in all, and digits after the point. */
  readonly precision?: number
  readonly scale?: number
  /** Of an enum. */
  readonly labels?: readonly string[]
  /** Of an array. */
  readonly element?: ValueType
}

export interface Column extends ValueType {
  readonly name: string
  readonly nullable: boolean
  /** The database computes it. */
  readonly generated: boolean
  /** A new record has a value in it where none is given. */
  readonly hasDefault?: boolean
  /** Why it cannot be updated, apart from its type: "closed to this database user". */
  readonly locked?: string
  /** This database user may not fill it in a new record. */
  readonly closed?: boolean
  /** SQLite has no type for instants: how this column holds them, if it does. */
  readonly instant?: 'iso-text' | 'epoch-ms'
  /** PostgreSQL: its collation takes different texts for equal, so that it knows no LIKE. */
  readonly looseCollation?: boolean
  /** MySQL: the collation by which the column, and an index of it, compare texts. */
  readonly collation?: string
  /** Why it cannot be a key, apart from its type: "longer than spenddown can keep". */
  readonly notAKey?: string
}

/** The user's table, as it was described at the start of a run. Plain data: it can be cloned and sent to a worker. */
export interface UserTable {
  readonly dialect: Dialect
  /** PostgreSQL; MySQL: of a table in another database than the URL's. */
  readonly schema?: string
  readonly name: string
  /** "public.people": the table's name in messages, and permanently in spenddown's memory. */
  readonly label: string
  readonly columns: readonly Column[]
  readonly key: Column
  readonly refreshedAt: Column | null
  /** SQLite: its statistics are of a time when it had next to no rows, so that joins with it are planned badly. */
  readonly believedTiny?: boolean
  /** PostgreSQL: it has constraints that are checked at commit only. */
  readonly deferredChecks?: boolean
}

export function tableSql(table: Pick<UserTable, 'schema' | 'name'>): Sql {
  return raw(qualifiedName(table))
}

/** As `tableSql`, as text. */
export function qualifiedName({ schema, name }: Pick<UserTable, 'schema' | 'name'>): string {
  return schema === undefined ? quoted(name) : `${quoted(schema)}.${quoted(name)}`
}

export function columnSql(column: Pick<Column, 'name'>, alias: string): Sql {
  return sql`${quote(alias)}.${quote(column.name)}`
}

/** A record's key as text, as the database prints it. */
export function keySql(table: UserTable, alias: string): Sql {
  return textSql(table.dialect, columnSql(table.key, alias))
}

/** Whether values of the kind can be compared, and come back from JavaScript as they were. */
export function isComparable({ kind }: ValueType): boolean {
  return kind !== 'json' && kind !== 'array' && kind !== 'bytes' && kind !== 'other'
}

export function findColumn(columns: readonly Column[], name: string): Column | undefined {
  return columns.find((column) => column.name === name)
}

/** A column that is known to be there. Throws Error where it is not. */
export function columnOf(table: UserTable, name: string): Column {
  const column = findColumn(table.columns, name)
  if (column === undefined) throw new Error(`${table.label} has no column "${name}"`)
  return column
}

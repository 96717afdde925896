import type { RecordKey } from '../../domain/record.ts'
import type { Comparison, OrderBy, Scalar } from '../../domain/where.ts'
import type { Db, Sql } from '../sql.ts'
import type { Catalog } from '../user-table/describe/catalog.ts'
import type { Column, ColumnKind, UserTable } from '../user-table/user-table.ts'
import type { ImportDialect } from './import-dialect.ts'
import type { JsonSql } from './json-sql.ts'
import type { UpdateDialect } from './update-dialect.ts'
import type { ValueForms } from './value-forms.ts'

/** How a user's table is described, read, compared and written in one kind of database. */
export interface UserTableDialect {
  readonly json: JsonSql
  readonly catalog: Catalog
  readonly cells: CellCodec
  readonly keys: KeySql
  readonly instants: InstantDialect
  readonly conditions: ConditionSql
  readonly values: ValueForms
  readonly updates: UpdateDialect
  readonly imports: ImportDialect
  readonly health: TableHealth
}

/** Turns a cell of the JSON that `CellCodec.sql` makes back into the column's value. Null never comes here. */
export type Decode = (cell: unknown) => unknown

/** How a column's value travels in JSON. */
export interface CellCodec {
  sql(column: Column, cell: Sql): Sql
  /** How the column's cells are turned back; null: they are what they should be. */
  decoder(column: Column): Decode | null
}

/** Keys come as text; the key's index is to serve. */
export interface KeySql {
  /** Whether a record's key is among those (texts) that a subquery of one column selects. */
  isAmong(table: UserTable, alias: string, keys: Sql): Sql
  /** A key that is text as the table's own type. */
  fromText(table: UserTable, text: Sql): Sql
  /** A SELECT of one JSON list: the JSON that `record` makes of each record, as `r`, that has one of the keys. */
  select(table: UserTable, keys: readonly RecordKey[], record: Sql): Sql
}

/** How a column holds instants. */
export interface InstantDialect {
  /** Kinds of columns that can be `refreshedAt`, and the same in words. */
  readonly kinds: readonly ColumnKind[]
  readonly allowed: string
  /** What a new column for instants is declared as. */
  readonly declared: string
  /** The column, knowing that it holds instants. */
  mark(column: Column): Column
  /** The instant as the text that spenddown keeps with an item. */
  text(column: Column, cell: Sql): Sql
  /** Whether the cell is NULL, or not after `selectedAt`, a text as above, which may be NULL. */
  isNotNewer(column: Column, cell: Sql, selectedAt: Sql): Sql
  /** Whether the cell is before the instant (epoch milliseconds); exact to the day at least. */
  isBefore(column: Column, cell: Sql, at: number): Sql
  /** What `text` reads of a record that was stamped with the instant, which went in as `stamp`. */
  stampedText(column: Column | null, at: Date, stamp: string): string
}

export type TextMatch = 'contains' | 'startsWith' | 'endsWith'

export interface ConditionSql {
  compare(column: Column, op: Comparison, value: Scalar, alias: string): Sql
  /** Whether the column has one of the values; at least one. */
  isAmong(column: Column, values: readonly Scalar[], alias: string): Sql
  /** Whether a text contains another, begins or ends with it: capitals count, and nothing in the text is a wildcard. */
  matchText(column: Column, op: TextMatch, value: string, alias: string): Sql
  /** What ORDER BY says of a nullable column, for NULL to count as the least. */
  orderNulls(direction: OrderBy['direction']): string
}

/** What `spenddown doctor` asks of the user's table. */
export interface TableHealth {
  /** The rights that a run needs and this user lacks. `file`: of the database, where it is one. */
  missingRights(db: Db, table: UserTable, updated: readonly string[], file: string | undefined): Promise<string[]>
  /** The same in words, and what would help. */
  explainRights(db: Db, missing: readonly string[]): Promise<{ readonly problem: string; readonly remedy: string }>
  /** Columns that an index begins with by which records can come in their order. */
  indexedFirst(db: Db, table: UserTable): Promise<readonly string[]>
  createIndexSql(index: string, table: UserTable, column: string): string
  /** Whether there are more rows than that, where it is quick to say: as the database estimates it. */
  hasMoreRows(db: Db, table: UserTable, than: number): Promise<boolean>
}

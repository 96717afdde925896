import type { RecordKey } from '../../domain/values/record.ts'
import type { Comparison, OrderBy, Scalar } from '../../domain/values/where.ts'
import type { Db, Sql } from '../sql.ts'
import type { Catalog } from '../user-table/describe/catalog.ts'
import type { InstantText } from '../user-table/read/instant-text.ts'
import type { Column, ColumnKind, UserTable, ValueType } from '../user-table/user-table.ts'

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
  readonly sampling: Sampling
}

export type Database = Pick<Db, '$queryRaw'>

/** Rows drawn at random, some that are beside each other at a time, of a table that is too large to be read whole. */
export interface Sampling {
  /** Null: the table cannot be sampled, or has fewer rows than `above` at a glance. */
  measure(db: Database, table: UserTable, above: number): Promise<Measured | null>
  /** The planner knows how many records a range of an index has; otherwise it would read half a table by one. */
  readonly knowsRanges: boolean
  /** What is remembered of the table's records as `m`, with those as `t`; about `most` records where there are more. */
  remembered(db: Database, table: UserTable, most: number): Promise<Sql>
  /** A key that was remembered as text as the table's own type; NULL where it is none. */
  key(table: UserTable, text: Sql): Sql
}

export interface Measured {
  /** As the database estimates it, or else counted. */
  readonly rows: number
  /** Stands for the table in a FROM, as `t`; `share`: from 0 to 1; the same seed draws the same rows. */
  part(share: number, seed: number): Sql
}

/** `key`: a record's key; `label`: a text by which rows are joined. */
export type JsonRowType = 'bigint' | 'text' | 'key' | 'label'

/** How a database makes JSON of rows, and rows of JSON. */
export interface JsonSql {
  /** One row's values as a JSON list. */
  array(values: Sql): Sql
  /** A SELECT for `queryJsonList`: the JSON lists of all rows; `from` and what follows it. */
  selectList(each: Sql, from: Sql): Sql
  /** A SELECT with the columns named and typed; `json` is a list of rows, each a list of values in that order. */
  rows(json: string, columns: Readonly<Record<string, JsonRowType>>): Sql
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
  /** How many days before the instant (epoch milliseconds) the cell is; NULL where it holds no instant. */
  ageDays(cell: Sql, at: number): Sql
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
  /** Whether two cells of the column's type are equal, texts to the byte; an index of the column serves. */
  same(column: Column, one: Sql, other: Sql): Sql
  /** The cell, so that it counts as another group than whatever is not equal to it as `same` says. */
  exact(column: Column, cell: Sql): Sql
  /** What ORDER BY says of a nullable column, for NULL to count as the least. */
  orderNulls(direction: OrderBy['direction']): string
}

/** In which text form a database takes values, and what it takes, as far as databases differ. */
export interface ValueForms {
  boolean(value: boolean): string
  instant(instant: InstantText, type: ValueType): string
  /** A UUID stays as it was written; otherwise it is written as the database prints it. */
  readonly keepsUuids: boolean
  /** A value of another kind that a column of whole numbers takes; null: it takes none. */
  wholeNumberFrom(value: unknown): string | null
  /** The text, a decimal number, is one that a column can hold. */
  holdsDecimal(text: string): boolean
  /** The JSON text, which escapes NUL or half a surrogate pair, is one that a column can hold. */
  holdsEscapes(json: string): boolean
}

/** Records that are written together. */
export interface UpdateBatch {
  readonly table: UserTable
  /** The columns that get new values. */
  readonly columns: readonly Column[]
  /** The columns that must still hold what they did. */
  readonly checked: readonly Column[]
  readonly rows: readonly UpdateRow[]
  /** What `refreshedAt` gets; null: the rows bring it among their values. */
  readonly stamp: string | null
}

/** A key, `refreshedAt` when selected, the values of the batch's `columns`, and what its `checked` columns must hold. */
export type UpdateRow = readonly [key: RecordKey, selectedAt: string | null, ...cells: (string | number | null)[]]

/** How records are updated, and what they hold compared with what they should. */
export interface UpdateDialect {
  /** Statements, mostly one, that write the records not refreshed or changed (`checked`) since. */
  statements(batch: UpdateBatch): Sql[]
  /** Runs one of the batch's statements; answers the keys of the records that it wrote. */
  writtenKeys(db: Db, statement: Sql, batch: UpdateBatch): Promise<RecordKey[]>
  /** Checks here what would be checked at commit, where it can still be undone for one record alone. */
  checkDeferred(db: Db, table: UserTable): Promise<void>
  /** Whether what the column held can be compared exactly with what it holds now. */
  isComparable(column: Column): boolean
  /** A value that is not null in the form in which `holds` compares it; undefined: it has none. */
  heldForm(value: unknown, encoded: () => string | undefined): string | number | undefined
  /** Whether record `r` holds the value still, as the column's own type compares; NULLs are the same. */
  holds(column: Column, value: Sql): Sql
  /** As JSON that `told` reads: whether record `r` has what `v` proposes in the place `at`, and the beginning of its value. */
  differing(column: Column, at: number, shown: number): Sql
  /** 0: it has; otherwise a list of the beginning of its value. */
  told(differing: unknown): 0 | readonly [string | null]
  /** A SELECT of one JSON list: what `record` makes of each record `r` for which there is a row `v`, which begins with its key. */
  selectMatching(table: UserTable, names: readonly string[], rows: readonly MatchRow[], record: Sql): Sql
}

/** A key, and the cells that a statement knows by `names`. */
export type MatchRow = readonly [key: RecordKey, ...cells: unknown[]]

/** How an import adds and changes records. */
export interface ImportDialect {
  /** Nothing is lost by trying to add a record that is there. */
  readonly addsFreely: boolean
  /** A SELECT of a batch, a JSON list of rows: a place `n` from 0, and values `c0`, `c1`, …. */
  batch(json: string, columns: number): Sql
  /** The value in that place of the batch, `v`, as the column's type, to be compared with it. */
  value(column: Column, at: number): Sql
  /** Adds the batch's records that are not there. */
  insert(adding: ImportedRows): Sql
  /** Changes those that are there. */
  update(changing: ImportedRows & ImportedChanges): Sql
  /** Whether the cell differs from the value in that place, as the column would hold it. */
  differs(column: Column, cell: Sql, at: number): Sql
}

/** A batch's records for the user's table `r`. */
export interface ImportedRows {
  readonly table: UserTable
  /** In the order of the batch's values. */
  readonly columns: readonly Column[]
  /** Those that are unique together, and tell records apart. */
  readonly key: readonly Column[]
  readonly batch: Sql
  /** Whether record `r` is the one that `v` names. */
  readonly isThere: Sql
}

export interface ImportedChanges {
  readonly changed: readonly { readonly column: Column; readonly at: number }[]
  readonly differs: Sql
  /** NULL says nothing of the record. */
  readonly keepNulls: boolean
}

/** What `spenddown doctor` asks of the user's table. */
export interface TableHealth {
  /** The rights that a run needs and this user lacks. `file`: of the database, where it is one. */
  missingRights(db: Db, table: UserTable, updated: readonly string[], file: string | undefined): Promise<string[]>
  /** The same in words, and what would help. */
  explainRights(db: Db, missing: readonly string[]): Promise<{ readonly problem: string; readonly remedy: string }>
  /** Columns that an index begins with by which records can come in their order. */
  indexedFirst(db: Db, table: UserTable): Promise<readonly string[]>
  /** As a person would write it. */
  tableName(table: Pick<UserTable, 'schema' | 'name'>): string
  createIndexSql(index: string, table: UserTable, column: string): string
  /** Whether there are more rows than that, where it is quick to say: as the database estimates it. */
  hasMoreRows(db: Db, table: UserTable, than: number): Promise<boolean>
}

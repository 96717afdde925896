import type { ImportColumn } from '../import/target.ts'
import type { Db, Sql } from '../sql.ts'
import type { UserTable } from '../user-table/user-table.ts'

/** What an import must know of a table beyond what a refresh must. */
export interface ImportFacts {
  /** Why no record can be added, in words; null: they can. */
  readonly refusal: string | null
  /** Columns that the database fills by itself. */
  readonly defaults: readonly string[]
  /** Columns that this database user may not fill. */
  readonly closed: readonly string[]
  /** Each list: columns that are unique together, for all rows, at once. */
  readonly unique: readonly UniqueSet[]
}

export interface UniqueSet {
  readonly columns: readonly string[]
  /** SQLite: by column, where it is not BINARY. */
  readonly collations?: Readonly<Record<string, string>>
}

/** How an import adds and changes records. */
export interface ImportDialect {
  facts(db: Db, table: UserTable): Promise<ImportFacts>
  /** Different texts may be one key. */
  isLooseKey(column: ImportColumn): boolean
  /** Nothing is lost by trying to add a record that is there. */
  readonly addsFreely: boolean

  /** A SELECT of a batch, a JSON list of rows: a place `n` from 0, and values `c0`, `c1`, …. */
  batch(json: string, columns: number): Sql
  /** The value in that place of the batch, `v`, as the column's type. */
  value(column: ImportColumn, at: number): Sql
  /** Whether the cell differs from the value in that place, as the column would hold it. */
  differs(column: ImportColumn, cell: Sql, at: number): Sql
  /** Adds the rows of a SELECT; one that someone else has added since is left out, and the count of rows tells. */
  insert(table: UserTable, columns: Sql, rows: Sql, key: Sql): Sql
  /** Changes records `r` by a batch `v`. */
  update(table: UserTable, assignments: Sql, batch: Sql, condition: Sql): Sql
}

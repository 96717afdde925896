import type { RecordKey } from '../../domain/record.ts'
import type { Db, Sql } from '../sql.ts'
import type { Column, UserTable } from '../user-table/user-table.ts'

/**
 * One record's part of a batch: its key, its `refreshedAt` when selected, its values in the order of `columns`, and what
 * it must still hold in the order of `checked`.
 */
export type UpdateRow = readonly [key: RecordKey, selectedAt: string | null, ...cells: (string | number | null)[]]

/** How records are updated, and what they hold compared with what they should. */
export interface UpdateDialect {
  /**
   * Statements that write a batch, each record only if nobody refreshed it since or changed its `checked` columns, and
   * answer the keys written. One, or one for each record where a batch would be planned badly.
   */
  statements(
    table: UserTable,
    columns: readonly Column[],
    rows: readonly UpdateRow[],
    stamp: string | null,
    checked: readonly Column[],
  ): Sql[]
  /** Runs such a statement: the keys written. */
  writtenKeys(db: Db, statement: Sql): Promise<RecordKey[]>
  /** Checks here what would be checked at commit, where it can still be undone for one record alone. */
  checkDeferred(db: Db, table: UserTable): Promise<void>
  /** Whether what the column held can be compared exactly with what it holds now. */
  isComparable(column: Column): boolean
  /** A value that is not null in the form in which `holds` compares it; undefined: it has none. */
  heldForm(value: unknown, encoded: () => string | undefined): string | number | undefined
  /** Whether a record holds the value still, as the column's own type compares; NULLs are the same. */
  holds(column: Column, alias: string, value: Sql): Sql

  /** As JSON: 0 where record `r` has what `v` proposes in the place `at`, otherwise a list of the beginning of its value. */
  differing(column: Column, at: number, shown: number): Sql
  /** A SELECT of one JSON list: what `record` makes of each record `r` for which there is a row `v`, which begins with its key. */
  selectMatching(table: UserTable, names: readonly string[], rows: readonly MatchRow[], record: Sql): Sql
}

/** A key, and the cells that a statement knows by `names`. */
export type MatchRow = readonly [key: RecordKey, ...cells: unknown[]]

import type { ByColumn, Column } from './columns.ts'
import type { AnyRecord, Body } from './vendor-types.ts'

/** A value in a condition. Instants may be Dates or ISO 8601 text. */
export type WhereValue =
  | string
  | number
  | bigint
  | boolean
  | null
  | Date
  | readonly WhereValue[]
  | { readonly [operator: string]: WhereValue }

/** As Prisma's: a value, `equals not in notIn lt lte gt gte contains startsWith endsWith`; `AND OR NOT`; `null`. */
export type Where<C extends object = AnyRecord> = string extends keyof C
  ? { readonly [columnOrOperator: string]: WhereValue }
  : ByColumn<C, WhereValue> & { readonly [_ in 'AND' | 'OR' | 'NOT']?: Where<C> | readonly Where<C>[] }

/** The new value of a column: a function of (data, record), or a path into data such as 'job.title'. */
export type UpdateSource<R extends object = AnyRecord> = string | ((data: Body, record: R) => unknown)

/** The records in your database, and what is written into them. Their columns are those of `C`. */
export interface RecordsOptions<R extends object = AnyRecord, C extends object = R> {
  /** Any table of yours, 'schema.table' too; it is never altered. */
  readonly table: string
  /** Its primary key: integer, bigint, uuid or text. */
  readonly key: Column<C>
  /** The column stamped when fresh data is written, and only then. Without it, spenddown remembers the order itself. */
  readonly refreshedAt?: Column<C>
  /** Columns, such as ['email']: records that agree in all of them, none NULL, share one call and its result. */
  readonly dedupeBy?: readonly Column<C>[]
  /** Records worth a credit at all. Default all. */
  readonly eligible?: Where<C>
  /** A duration, such as '30d': records refreshed more recently are not eligible. Needs `refreshedAt`. Default none. */
  readonly minAge?: string
  /** Column to its new value; at least one. */
  readonly update: ByColumn<C, UpdateSource<R>>
  /** How long a record rests after a miss or a failure: a duration for both. Default 30 and 7 days. */
  readonly coolDown?: string | { readonly notFound?: string; readonly failed?: string }
  /**
   * Whether to keep what the changed columns of refreshed records held before and hold now, for the report. This is
   * people's data once more, kept as long as a run's items (`keepItems`), at most 500 characters a value. Default false.
   */
  readonly keepChanges?: boolean
  /** How `spenddown import` makes records of a file's lines; only that needs it. */
  readonly import?: ImportOptions<C>
}

/** A path into the line's JSON, or a CSV column's header; or a function of the line. `undefined`: it has none. */
export type ImportSource = string | ((line: Body) => unknown)

/** Which lines can matter at all: tested on the line's text, before it is parsed. */
export type LineTest = { readonly includes: string | readonly string[] } | ((text: string) => boolean)

/** How `spenddown import` makes records of a file's lines. */
export interface ImportOptions<C extends object = AnyRecord> {
  /** What tells people apart, such as 'email': all of a primary key or unique index. A line without it is rejected. */
  readonly key: Column<C> | readonly Column<C>[]
  /** Column to where its value comes from; the key's columns too. */
  readonly columns: ByColumn<C, ImportSource>
  /** A line that cannot matter is skipped before it is parsed: `{ includes: 'US' }` (or any of several), or a function. */
  readonly where?: LineTest
  /**
   * What null and empty text do to an existing record. 'keep' (the default): nothing. 'write': null, and an empty CSV
   * field, become NULL; empty JSON text is written as it is. What a line lacks never changes anything.
   */
  readonly empty?: 'keep' | 'write'
  /** Of a CSV file: one ASCII character. Default ',' (in a .tsv file a tab). */
  readonly delimiter?: string
}

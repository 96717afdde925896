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

/**
 * A condition on records, in Prisma's language: a value means equals; `equals not in notIn lt lte gt gte contains
 * startsWith endsWith`; `AND OR NOT`; `null`.
 */
export type Where = { readonly [columnOrOperator: string]: WhereValue }

/** The new value of a column: a function of (data, record), or a path into data such as 'job.title'. */
export type UpdateSource<R extends object = AnyRecord> = string | ((data: Body, record: R) => unknown)

/** The records in your database, and what is written into them. */
export interface RecordsOptions<R extends object = AnyRecord> {
  /** Any table of yours, 'schema.table' too; it is never altered. */
  readonly table: string
  /** Its primary key: integer, bigint, uuid or text. */
  readonly key: string
  /**
   * The column that is stamped when, and only when, fresh data was written.
   * Without it spenddown's own memory orders the records.
   */
  readonly refreshedAt?: string
  /**
   * Columns, such as ['email']: records with the same values in all of them, and no NULL, would send the same request.
   * They share one call, and each gets the result.
   */
  readonly dedupeBy?: readonly string[]
  /** Records worth a credit at all. Default all. */
  readonly eligible?: Where
  /**
   * How old a record's data must be: one that was refreshed more recently is not eligible, one that never was is. A
   * duration, such as '30d'; needs `refreshedAt`. Default none.
   */
  readonly minAge?: string
  /** Column to its new value; at least one. */
  readonly update: Readonly<Record<string, UpdateSource<R>>>
  /** How long a record rests after a miss or a failure: a duration for both. Default 30 and 7 days. */
  readonly coolDown?: string | { readonly notFound?: string; readonly failed?: string }
  /**
   * Keeps, for each refreshed record, what its changed columns held before and what they hold now: for the report, and for
   * whoever wants to check a vendor's data. These are people's data, a second time: they stay in spenddown's own tables
   * as long as a run's items do (`keepItems`). Values longer than 500 characters are cut. Default false.
   */
  readonly keepChanges?: boolean
  /** How `spenddown import` makes records of a file's lines; only that needs it. */
  readonly import?: ImportOptions
}

/**
 * Where a column's value comes from in a line of the file: a path into the line's JSON, such as 'address.country', or
 * the name of a CSV column as its header has it; or a function of the line. `undefined`: the line does not say.
 */
export type ImportSource = string | ((line: Body) => unknown)

/** Which lines can matter at all: tested on the line's text, before it is parsed. */
export type LineTest = { readonly includes: string | readonly string[] } | ((text: string) => boolean)

/** How `spenddown import` makes records of a file's lines. */
export interface ImportOptions {
  /**
   * The column, or columns, that tell one person from another, such as 'email': a primary key, or what a unique index
   * covers, neither more nor less. A line whose key is empty is rejected.
   */
  readonly key: string | readonly string[]
  /** Column to where its value comes from; the key's columns too. */
  readonly columns: Readonly<Record<string, ImportSource>>
  /** A line that cannot matter is skipped before it is parsed: `{ includes: 'US' }` (or any of several), or a function. */
  readonly where?: LineTest
  /**
   * What null and empty text in the file mean for a record that is there. 'keep' (the default): nothing, its value
   * stays. 'write': null, and an empty CSV field, become NULL; empty JSON text is written as it is. What a line does
   * not have at all never changes anything.
   */
  readonly empty?: 'keep' | 'write'
  /** Of a CSV file: one ASCII character. Default ',' (in a .tsv file a tab). */
  readonly delimiter?: string
}

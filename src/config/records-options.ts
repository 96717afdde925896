import type { ImportOptions } from './import-options.ts'
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

import type { JobOptions } from './job-options.ts'
import type { NotifyOptions } from './notify-options.ts'
import type { RecordsOptions } from './records-options.ts'
import type { VendorOptions } from './vendor-options.ts'
import type { AnyRecord } from './vendor-types.ts'

/**
 * What `spenddown.config.ts` exports by default. Durations are text with units, such as '12h', '1h30m' or '90s'.
 *
 * `R` is your record's type, column name to value, for the functions that read one.
 */
export interface SpenddownConfig<R extends object = AnyRecord> {
  readonly database: DatabaseOptions
  readonly vendor: VendorOptions<R>
  readonly records: RecordsOptions<R>
  /** By name. Without any, runs are selected by flags. */
  readonly jobs?: Readonly<Record<string, JobOptions>>
  /** Who is told when a run ends, stops, or needs a person; one, or a list. Never the reason that a run fails. */
  readonly notify?: NotifyOptions | readonly NotifyOptions[]
  /** The folder for paid replies when the database stays away, relative to the working directory. Default '.'. */
  readonly journalDir?: string
  /** A duration, at least '2s': how long the right to spend outlives a process that has died. Default '60s'. */
  readonly lease?: string
}

/** The database that holds the records; spenddown's own tables live beside them. */
export interface DatabaseOptions {
  /** 'file:…' is SQLite, relative to the working directory; 'postgresql://…' is PostgreSQL. */
  readonly url: string | undefined
  /** A duration: how long a run waits for a lost database. Default '10m'. */
  readonly unavailableFor?: string
}

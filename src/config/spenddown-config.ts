import type { JobOptions } from './job-options.ts'
import type { NotifyOptions } from './notify-options.ts'
import type { RecordsOptions } from './records-options.ts'
import type { ReportOptions } from './report-options.ts'
import type { HeartbeatOptions, ServiceOptions } from './service-options.ts'
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
  /** Hears that `schedule` or `tick` has looked after the jobs. Never the reason that anything fails. */
  readonly heartbeat?: HeartbeatOptions
  /**
   * Where `schedule` answers /healthz, /readyz and /metrics, and the dashboard; nowhere without it, unless `--port` or
   * `--host` is given.
   */
  readonly service?: ServiceOptions
  /** The report at the end of each run that the schedule began. Never the reason that a run fails; false: none. */
  readonly report?: ReportOptions | false
  /** The folder for paid replies when the database stays unreachable, relative to the working directory. Default '.'. */
  readonly journalDir?: string
  /**
   * A duration, at least '35d': how long a run's items, calls and kept replies stay in the database once it has ended. What
   * it came to stays for good. Default '400d'.
   */
  readonly keepItems?: string
  /** A duration, at least '2s': how long the right to spend outlives a process that has died. Default '60s'. */
  readonly lease?: string
}

/** A config, whatever its records are: what `defineConfig<Person>` answers, too. */
// biome-ignore lint/suspicious/noExplicitAny: its functions read records of a type that is their author's alone
export type AnyConfig = SpenddownConfig<any>

/** The database that holds the records; spenddown's own tables live beside them. */
export interface DatabaseOptions {
  /** 'file:…' is SQLite, relative to the working directory; 'postgresql://…' is PostgreSQL. */
  readonly url: string | undefined
  /** A duration: how long a run waits for a lost database. Default '10m'. */
  readonly unavailableFor?: string
}

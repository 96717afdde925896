import type { AccountOptions, AccountsTools, AnyAccount, FleetOptions } from './accounts-options.ts'
import type { JobOptions } from './job-options.ts'
import type { RecordsOptions } from './records-options.ts'
import type { VendorOptions } from './vendor-options.ts'
import type { AnyRecord } from './vendor-types.ts'

/**
 * Gives the config its types, and nothing else. `defineConfig<Person>({ … })`, where `Person` has every column that the
 * config names, types `record` and checks those names. Without it they are free, also where a function's own annotation
 * says what it reads of a record (`R`). With `accounts`, the functions of an account know its type from there.
 */
export function defineConfig<C extends object = AnyRecord, R extends object = C>(
  config: SpenddownConfig<R, NoInfer<C>>,
): SpenddownConfig<R, C>
export function defineConfig<
  C extends object = AnyRecord,
  R extends object = C,
  const A extends AccountOptions = AnyAccount,
>(config: AccountsConfig<A, R, NoInfer<C>>): AccountsConfig<A, R, C>
export function defineConfig(config: object): object {
  return config
}

/**
 * What `spenddown.config.ts` exports by default. Durations are text with units, such as '12h', '1h30m' or '90s'.
 * `R` is your record's type, column name to value, for the functions that read one; `C` is the type whose columns may be
 * named.
 */
export interface SpenddownConfig<R extends object = AnyRecord, C extends object = R> {
  readonly database: DatabaseOptions
  readonly vendor: VendorOptions<R>
  readonly records: RecordsOptions<R, C>
  /** By name. Without any, runs are selected by flags. */
  readonly jobs?: Readonly<Record<string, JobOptions<C>>>
  /** Who is told when a run ends, stops, or needs a person; one, or a list. Never the reason that a run fails. */
  readonly notify?: NotifyOptions | readonly NotifyOptions[]
  /** Hears that `schedule` or `tick` has looked after the jobs. Never the reason that anything fails. */
  readonly heartbeat?: HeartbeatOptions
  /** Where `schedule` serves health, metrics and the dashboard; nowhere, unless `--port` or `--host` is given. */
  readonly service?: ServiceOptions
  /** The report at the end of each run that the schedule began. Never the reason that a run fails; false: none. */
  readonly report?: ReportOptions | false
  /** The folder for paid replies when the database stays unreachable, relative to the working directory. Default '.'. */
  readonly journalDir?: string
  /**
   * A duration, at least '35d': how long a run's items, calls and kept replies stay in the database once it has ended. Its
   * summary is kept forever. Default '400d'.
   */
  readonly keepItems?: string
  /** A duration, at least '2s': how long the right to spend outlives a process that has died. Default '60s'. */
  readonly lease?: string
}

/** The config of many accounts of the same kind: each is worked as if it had a config of its own. */
export interface AccountsConfig<
  A extends AccountOptions = AnyAccount,
  R extends object = AnyRecord,
  C extends object = R,
> extends Omit<SpenddownConfig<R, C>, 'vendor' | 'records' | 'jobs'> {
  /** The accounts: a list, or a function that reads them, again and again while `schedule` runs. */
  readonly accounts: readonly A[] | ((tools: AccountsTools) => readonly A[] | Promise<readonly A[]>)
  readonly vendor: VendorOptions<R> | ((account: NoInfer<A>) => VendorOptions<R>)
  readonly records: RecordsOptions<R, C> | ((account: NoInfer<A>) => RecordsOptions<R, C>)
  readonly jobs?: AccountJobs<C> | ((account: NoInfer<A>) => AccountJobs<C>)
  readonly fleet?: FleetOptions
}

type AccountJobs<C extends object> = Readonly<Record<string, JobOptions<C>>>

/** A config, whatever its records are: what `defineConfig<Person>` answers, too. */
// biome-ignore lint/suspicious/noExplicitAny: its functions read records of a type that is their author's alone
export type AnyConfig = SpenddownConfig<any, any>

/** The database that holds the records; spenddown's own tables live beside them. */
export interface DatabaseOptions {
  /** 'file:…' is SQLite, relative to the working directory; 'postgresql://…' is PostgreSQL, 'mysql://…' MySQL or MariaDB. */
  readonly url: string | undefined
  /** A duration: how long a run waits for a lost database. Default '10m'. */
  readonly unavailableFor?: string
}

/** Someone who is told how runs end, and that credits are about to be lost. */
export interface NotifyOptions {
  /** Where messages are posted: an absolute http(s) URL. It is a secret: it is never printed. */
  readonly url: string | undefined
  /** 'json': type, message and all figures. 'slack': the message as text. Default: 'slack' for hooks.slack.com. */
  readonly format?: 'json' | 'slack'
  /** Signs messages, as Standard Webhooks says (https://www.standardwebhooks.com): 'whsec_' and base64. */
  readonly secret?: string | undefined
  /** Which messages. Default: how runs end; and 'forecast' where `forecastAbove` is given. */
  readonly on?: readonly NotifyEvent[]
  /**
   * From how many credits on it is worth a message that they are expected to expire unused: a number of credits, or
   * such as '5%' of the allotment (of the balance, where none is configured). Default '5%', where `on` has 'forecast'.
   */
  readonly forecastAbove?: number | `${number}%`
}

/**
 * - completed: a run did what it could
 * - stopped: a run stopped early, and goes on by itself or with `resume`
 * - failed: a run, or the start of one, needs a person
 * - forecast: more credits than `forecastAbove` are expected to expire unused; told once a billing cycle, and again
 *   when they have doubled. `schedule` looks once an hour, `tick` whenever it starts nothing
 */
export type NotifyEvent = 'completed' | 'stopped' | 'failed' | 'forecast'

/** Where `spenddown schedule` serves health and metrics, without authentication, and the dashboard. */
export interface ServiceOptions {
  /** Default 9464; 0 is any free one. */
  readonly port?: number
  /** An address of this machine. Default '127.0.0.1', which only this machine reaches. */
  readonly host?: string
  /** Whether `schedule` answers with the dashboard there too. Default false; `spenddown dashboard` needs none of this. */
  readonly dashboard?: boolean
  /** What the dashboard asks for: a secret, 20 characters or more. Needed if more than this machine reaches `host`. */
  readonly token?: string | undefined
}

/** A dead-man's switch, which raises the alarm when it hears nothing for too long. */
export interface HeartbeatOptions {
  /** Gets a GET after every tick that went well: an absolute http(s) URL. It is a secret: it is never printed. */
  readonly url: string | undefined
  /** A duration, at least '1s': no more often than that. Default '5m'. */
  readonly every?: string
}

/** The report that is written at the end of each run that the schedule began, and linked from the message about it. */
export interface ReportOptions {
  /** A folder, relative to the working directory; it is made. Default 'spenddown-reports' in `journalDir`. */
  readonly dir?: string
  /** So many of the latest stay there, 1 to 10,000. Default 100. */
  readonly keep?: number
  /** Where people find that folder: an absolute http(s) URL. Messages link to the report there; without it they name its path. */
  readonly baseUrl?: string
  /** What one credit costs, so that a report says what a corrected record did. `currency`: 'EUR' or another code of ISO 4217. */
  readonly pricePerCredit?: { readonly amount: number; readonly currency: string }
}

import type { CycleTerms } from '../domain/billing-cycle.ts'
import type { CostTerms } from '../domain/cost.ts'
import type { Credits } from '../domain/credits.ts'
import type { OutcomeRule } from '../domain/outcome-table.ts'
import type { Reserve } from '../domain/reserve.ts'
import type { Secrets } from '../domain/secrets.ts'
import type { OrderBy } from '../domain/where.ts'
import type { AuthConfig } from './auth.ts'
import type { CostOptions, CreditsOptions, CycleOptions } from './credits-options.ts'
import type { DatabaseLocation } from './database-url.ts'
import type { ImportConfig } from './import-schema.ts'
import type { NotifyEvent } from './notify-options.ts'
import type { UpdateSource } from './records-options.ts'
import type { AsyncOptions, BulkOptions, LimitsOptions, SingleOptions, VendorOptions } from './vendor-options.ts'
import type { JsonObject } from './where-shape.ts'

/** The config, checked and resolved: durations in milliseconds, credits in micro-credits, defaults in place. */
export interface Config {
  readonly database: DatabaseConfig
  readonly vendor: VendorConfig
  readonly records: RecordsConfig
  /** In the order of the config. Has no prototype, so that `jobs[name]` is safe for any name. */
  readonly jobs: Readonly<Record<string, JobConfig>>
  /** Who is told how runs end, and of credits that will expire; nobody where it is empty. */
  readonly notify: readonly NotifyConfig[]
  /** What hears that the schedule is looked after. */
  readonly heartbeat?: HeartbeatConfig | undefined
  /** Where the daemon answers; nowhere without it. */
  readonly service?: ServiceConfig | undefined
  /** Of runs that the schedule began; null: none is written. */
  readonly report: ReportConfig | null
  /** Absolute. */
  readonly journalDir: string
  /** How long the items, calls and replies of runs that have ended are kept. */
  readonly keepItemsMs: number
  readonly leaseMs: number
  /** What must never be printed. */
  readonly secrets: Secrets
  /** Files with secrets that other users of this machine may read; missing: nobody has looked. */
  readonly exposed?: readonly string[]
}

/** Someone who is told. */
export interface NotifyConfig {
  readonly url: string
  readonly format: 'json' | 'slack'
  /** What messages are signed with. */
  readonly secret?: Buffer | undefined
  readonly on: readonly NotifyEvent[]
  /** There where `on` has 'forecast'. */
  readonly forecastAbove?: Threshold | undefined
}

/** So many credits, or such a share of them. */
export type Threshold = { readonly credits: Credits } | { readonly percent: number }

export interface ReportConfig {
  /** Absolute. */
  readonly dir: string
  readonly keep: number
  /** Ends with a slash; null: nobody finds the folder by URL. */
  readonly baseUrl: string | null
}

export interface HeartbeatConfig {
  readonly url: string
  readonly everyMs: number
}

export interface ServiceConfig {
  readonly port: number
  readonly host: string
  /** The daemon answers with the dashboard there too. */
  readonly dashboard?: boolean | undefined
  /** What the dashboard asks for. */
  readonly token?: string | undefined
}

/** SQLite's `url` is `file:` and the absolute path, which `file` holds too; PostgreSQL's is as configured. */
export type DatabaseConfig = DatabaseLocation & { readonly unavailableForMs: number }

export interface VendorConfig
  extends Pick<VendorOptions, 'name' | 'baseUrl' | 'outcome' | 'response' | 'idempotencyHeader'> {
  /** The ledger's key: with the pool of credits, where one is configured. */
  readonly name: string
  readonly headers: Readonly<Record<string, string>>
  readonly auth?: AuthConfig | undefined
  /** At least one of the two is there. */
  readonly single?: (SingleOptions & Required<Pick<SingleOptions, 'data'>>) | undefined
  readonly bulk?: BulkOptions | undefined
  readonly async?: AsyncConfig | undefined
  readonly outcomes: readonly OutcomeRule[]
  readonly onUnknown: 'retry' | 'skip'
  readonly timeoutMs: number
  /** For single and bulk calls alike; undefined: each has a default of its own. */
  readonly maxReplyBytes?: number | undefined
  readonly maxAttempts: number
  readonly unhealthyAfterMs: number
  /** How long paid replies are kept; null: they are not. */
  readonly keepRepliesMs: number | null
  readonly limits: LimitsOptions
  readonly credits: CreditsConfig
}

export interface AsyncConfig extends Pick<AsyncOptions, 'id' | 'poll' | 'fetch'> {
  readonly state: NonNullable<AsyncOptions['state']>
  readonly everyMs: number
  readonly withinMs: number
}

export interface CreditsConfig extends Pick<CreditsOptions, 'charged' | 'remaining' | 'balance' | 'pool'> {
  readonly cost: CostConfig
  /** `select`: whether records within the window are selected. */
  readonly freeRepeat?: { readonly withinMs: number; readonly select: boolean }
  readonly allotment?: Credits
  readonly cycle: CycleConfig
}

export type CycleConfig = CycleTerms & Pick<CycleOptions, 'resetsAt' | 'rollover'>

export interface CostConfig extends CostTerms {
  /** What one record costs, where they differ; never more than `credits`. */
  readonly price?: Exclude<CostOptions['credits'], number>
}

export interface RecordsConfig {
  readonly table: string
  readonly key: string
  readonly refreshedAt?: string
  readonly dedupeBy: readonly string[]
  /** In the language of `where`; its form is checked, its columns are not. */
  readonly eligible: JsonObject
  /** Records refreshed more recently are not eligible; null: age does not matter. */
  readonly minAgeMs: number | null
  readonly update: Readonly<Record<string, UpdateSource>>
  /** Old and new values of the run's changed columns are kept. */
  readonly keepChanges: boolean
  readonly coolDown: { readonly notFoundMs: number; readonly failedMs: number }
  /** Its form is checked, its columns are not. */
  readonly import?: ImportConfig | undefined
}

export interface JobConfig {
  readonly name: string
  /** In the language of `where`; its form is checked, its columns are not. */
  readonly where: JsonObject
  /** Without it: stalest first, never refreshed first of all. */
  readonly orderBy?: readonly OrderBy[]
  /** Records. */
  readonly limit?: number
  readonly budget: 'remaining' | Credits
  readonly reserve: Reserve
  /** Higher first. */
  readonly priority: number
  readonly schedule?: Schedule
  readonly stopBeforeResetMs: number
  readonly pace: 'fast' | 'steady'
}

export type Schedule =
  | { readonly kind: 'before-reset'; readonly beforeResetMs: number | 'auto' }
  | { readonly kind: 'cron'; readonly cron: string; readonly timeZone: string }

/** Whether 'remaining' can be known at all; if not, a run needs a budget in figures. */
export function hasBudgetSource({ vendor: { credits } }: Config): boolean {
  return credits.balance !== undefined || credits.remaining !== undefined || credits.allotment !== undefined
}

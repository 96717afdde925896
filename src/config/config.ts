import type { CycleTerms } from '../domain/billing-cycle.ts'
import type { CostTerms } from '../domain/cost.ts'
import type { Credits } from '../domain/credits.ts'
import type { OutcomeRule } from '../domain/outcome-table.ts'
import type { Secrets } from '../domain/secrets.ts'
import type { OrderBy } from '../domain/where.ts'
import type { AuthConfig } from './auth.ts'
import type { CostOptions, CreditsOptions } from './credits-options.ts'
import type { DatabaseLocation } from './database-url.ts'
import type { ImportConfig } from './import-schema.ts'
import type { UpdateSource } from './records-options.ts'
import type { BulkOptions, LimitsOptions, SingleOptions, VendorOptions } from './vendor-options.ts'
import type { JsonObject } from './where-shape.ts'

/** The config, checked and resolved: durations in milliseconds, credits in micro-credits, defaults in place. */
export interface Config {
  readonly database: DatabaseConfig
  readonly vendor: VendorConfig
  readonly records: RecordsConfig
  /** In the order of the config. Has no prototype, so that `jobs[name]` is safe for any name. */
  readonly jobs: Readonly<Record<string, JobConfig>>
  /** Absolute. */
  readonly journalDir: string
  readonly leaseMs: number
  /** What must never be printed. */
  readonly secrets: Secrets
}

/** SQLite's `url` is `file:` and the absolute path, which `file` holds too; PostgreSQL's is as configured. */
export type DatabaseConfig = DatabaseLocation & { readonly unavailableForMs: number }

export interface VendorConfig
  extends Pick<VendorOptions, 'name' | 'baseUrl' | 'outcome' | 'response' | 'idempotencyHeader'> {
  readonly headers: Readonly<Record<string, string>>
  readonly auth?: AuthConfig | undefined
  /** At least one of the two is there. */
  readonly single?: Required<SingleOptions> | undefined
  readonly bulk?: BulkOptions | undefined
  readonly outcomes: readonly OutcomeRule[]
  readonly onUnknown: 'retry' | 'skip'
  readonly timeoutMs: number
  readonly maxAttempts: number
  readonly unhealthyAfterMs: number
  readonly limits: LimitsOptions
  readonly credits: CreditsConfig
}

export interface CreditsConfig extends Pick<CreditsOptions, 'charged' | 'remaining' | 'balance' | 'pool'> {
  readonly cost: CostConfig
  readonly allotment?: Credits
  readonly cycle: CycleTerms
}

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
  readonly update: Readonly<Record<string, UpdateSource>>
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
  readonly reserve: Credits
  readonly schedule?: Schedule
  readonly stopBeforeResetMs: number
}

export type Schedule =
  | { readonly kind: 'before-reset'; readonly beforeResetMs: number }
  | { readonly kind: 'cron'; readonly cron: string; readonly timeZone: string }

/** Whether 'remaining' can be known at all; if not, a run needs a budget in figures. */
export function hasBudgetSource({ vendor: { credits } }: Config): boolean {
  return credits.balance !== undefined || credits.remaining !== undefined || credits.allotment !== undefined
}

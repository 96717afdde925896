import type * as z from 'zod'
import type { Secrets } from '../domain/secrets/secrets.ts'
import type { configSchema } from './schema/config-schema.ts'

type Checked = Readonly<z.output<ReturnType<typeof configSchema>>>

/** The config, checked and resolved: durations in milliseconds, credits in micro-credits, defaults in place. */
export interface Config extends Omit<Checked, 'database'> {
  readonly database: DatabaseConfig
  /** What must never be printed. */
  readonly secrets: Secrets
  /** Of several accounts, which; missing: the config has one. `vendor.name` is the ledger's key of it. */
  readonly account?: string
  /** The limits that several accounts keep together; whoever paces calls knows what it is. */
  readonly ceiling?: object
  /** Files with secrets that other users of this machine may read; missing: nobody has looked. */
  readonly exposed?: readonly string[]
}

/** `shared`: what many accounts at work use together; whoever opens databases knows what it is. */
export type DatabaseConfig = Checked['database'] & { readonly shared?: object }
export type RecordsConfig = Config['records']
export type ImportConfig = NonNullable<RecordsConfig['import']>
export type JobConfig = Config['jobs'][string]
/** Credits, or a share of them. */
export type Threshold = NonNullable<Config['notify'][number]['forecastAbove']>
export type ReportConfig = NonNullable<Config['report']>

/** Whether 'remaining' can be known at all; if not, a run needs a budget in figures. */
export function hasBudgetSource({ vendor: { credits } }: Config): boolean {
  return credits.balance !== undefined || credits.remaining !== undefined || credits.allotment !== undefined
}

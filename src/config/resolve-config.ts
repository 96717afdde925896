import { resolve } from 'node:path'
import type * as z from 'zod'
import type { Problem } from '../domain/problem.ts'
import { percentWords } from '../domain/reserve.ts'
import { Secrets } from '../domain/secrets.ts'
import type { Config, CreditsConfig, DatabaseConfig, JobConfig, RecordsConfig } from './config.ts'
import { databaseSchema } from './database-schema.ts'
import { describeValue } from './describe-value.ts'
import { type JobParts, jobSchema, jobsSchema } from './jobs-schema.ts'
import { type Refuse, together } from './leaf.ts'
import { notifySchema } from './notify-schema.ts'
import { isPlainObject } from './plain-object.ts'
import { problemsOf, WHOLE_CONFIG } from './problems.ts'
import { recordsSchema } from './records-schema.ts'
import { placeReports, reportSchema } from './report-schema.ts'
import { duration, text } from './rules.ts'
import { type Environment, hideSecrets, secretsOf } from './secrets.ts'
import { section } from './section.ts'
import { heartbeatSchema, serviceSchema } from './service-schema.ts'
import { vendorSchema } from './vendor-schema.ts'

const DAY_MS = 86_400_000

export type ResolvedConfig =
  | { readonly config: Config }
  | { readonly problems: readonly Problem[]; readonly partial: PartialConfig }

/** The parts that are sound by themselves, so that the table can be checked even where the rest is not. */
export interface PartialConfig {
  readonly database?: DatabaseConfig
  readonly records?: RecordsConfig
}

/**
 * Checks what the config exports and resolves it: all problems at once, or the config. Reads nothing but its
 * arguments; `env` only tells which values are secrets, `cwd` is what relative paths start from.
 */
export function resolveConfig(
  raw: unknown,
  { cwd = process.cwd(), env = process.env }: { readonly cwd?: string; readonly env?: Environment } = {},
): ResolvedConfig {
  if (!isPlainObject(raw)) return { problems: [notAnObject(raw)], partial: {} }
  const secrets = secretsOf(raw, env)
  const parsed = configSchema(cwd).safeParse(raw)
  if (parsed.success) return { config: { ...parsed.data, secrets: new Secrets(secrets) } }
  const problems = problemsOf(parsed.error.issues, (found) => hideSecrets(found, secrets))
  const database = databaseSchema(cwd).safeParse(raw.database)
  const records = recordsSchema().safeParse(raw.records)
  const partial = {
    ...(database.success ? { database: database.data } : {}),
    ...(records.success ? { records: records.data } : {}),
  }
  return { problems, partial }
}

function notAnObject(raw: unknown): Problem {
  const example = 'as in `export default defineConfig({ … })`'
  const hint = HINTS[raw instanceof Promise ? 'promise' : typeof raw]
  const problem = { path: WHOLE_CONFIG, found: describeValue(raw), allowed: `a plain object, ${example}` }
  return hint === undefined ? problem : { ...problem, hint }
}

const HINTS: Readonly<Record<string, string>> = {
  undefined: 'The file has no default export.',
  function: 'Export what the function returns.',
  promise: 'Await it: `export default await …`.',
}

/** The job of a run that was selected by flags alone. */
export function defaultJob(name: string): JobConfig {
  return nameJob(name, jobSchema().parse({}), 'UTC')
}

function configSchema(cwd: string): z.ZodType<Omit<Config, 'secrets'>> {
  const parts = section({
    database: databaseSchema(cwd),
    vendor: vendorSchema(),
    records: recordsSchema(),
    jobs: jobsSchema().prefault({}),
    notify: notifySchema().default([]),
    heartbeat: heartbeatSchema().optional(),
    service: serviceSchema().optional(),
    report: reportSchema().prefault({}),
    journalDir: text('the path of a folder').prefault('.'),
    keepItems: duration({ leastMs: 35 * DAY_MS }).prefault('400d'),
    lease: duration({ leastMs: 2_000 }).prefault('60s'),
  })
  return together(parts, ({ jobs, report, journalDir, keepItems, lease, ...rest }, refuse) => {
    checkShares(jobs, rest.vendor.credits, refuse)
    return {
      ...rest,
      jobs: nameJobs(jobs, rest.vendor.credits.cycle.timeZone),
      report: placeReports(report, cwd, resolve(cwd, journalDir)),
      journalDir: resolve(cwd, journalDir),
      keepItemsMs: keepItems,
      leaseMs: lease,
    }
  })
}

/** A share is of something, and that must be known before the first call. */
function checkShares(jobs: Record<string, JobParts>, credits: CreditsConfig, refuse: Refuse): void {
  if (credits.balance !== undefined || credits.allotment !== undefined) return
  for (const [name, { reserve }] of Object.entries(jobs)) {
    if (typeof reserve === 'number' || reserve.kind !== 'share') continue
    refuse({
      path: ['jobs', name, 'reserve'],
      value: percentWords(reserve.share),
      allowed: 'a number of credits, where neither `vendor.credits.allotment` nor `.balance` says what a share is of',
    })
  }
}

function nameJobs(jobs: Record<string, JobParts>, timeZone: string): Record<string, JobConfig> {
  const namedJobs: Record<string, JobConfig> = Object.create(null)
  for (const [name, job] of Object.entries(jobs)) namedJobs[name] = nameJob(name, job, timeZone)
  return namedJobs
}

function nameJob(name: string, { schedule, ...job }: JobParts, timeZone: string): JobConfig {
  if (schedule === undefined) return { name, ...job }
  if (schedule.kind === 'before-reset') return { name, ...job, schedule }
  return { name, ...job, schedule: { ...schedule, timeZone: schedule.timeZone ?? timeZone } }
}

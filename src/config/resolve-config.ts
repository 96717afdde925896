import { resolve } from 'node:path'
import type * as z from 'zod'
import type { Problem } from '../domain/problem.ts'
import { Secrets } from '../domain/secrets.ts'
import type { Config, DatabaseConfig, JobConfig, RecordsConfig } from './config.ts'
import { databaseSchema } from './database-schema.ts'
import { describeValue } from './describe-value.ts'
import { type JobParts, jobSchema, jobsSchema } from './jobs-schema.ts'
import { notifySchema } from './notify-schema.ts'
import { isPlainObject } from './plain-object.ts'
import { problemsOf, WHOLE_CONFIG } from './problems.ts'
import { recordsSchema } from './records-schema.ts'
import { duration, text } from './rules.ts'
import { type Environment, hideSecrets, secretsOf } from './secrets.ts'
import { section } from './section.ts'
import { vendorSchema } from './vendor-schema.ts'

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
  return section({
    database: databaseSchema(cwd),
    vendor: vendorSchema(),
    records: recordsSchema(),
    jobs: jobsSchema().prefault({}),
    notify: notifySchema().default([]),
    journalDir: text('the path of a folder').prefault('.'),
    lease: duration({ leastMs: 2_000 }).prefault('60s'),
  }).transform(({ jobs, journalDir, lease, ...rest }) => ({
    ...rest,
    jobs: nameJobs(jobs, rest.vendor.credits.cycle.timeZone),
    journalDir: resolve(cwd, journalDir),
    leaseMs: lease,
  }))
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

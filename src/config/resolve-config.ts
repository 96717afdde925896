import type * as z from 'zod'
import { InputError } from '../domain/errors/errors.ts'
import type { Problem } from '../domain/errors/problem.ts'
import { Secrets } from '../domain/secrets/secrets.ts'
import type { Config, DatabaseConfig } from './config.ts'
import { configSchema } from './schema/config-schema.ts'
import { describeValue, problemsOf, WHOLE_CONFIG } from './schema/problems.ts'
import { recordsSchema } from './schema/records-schema.ts'
import { pathText, text } from './schema/rules.ts'
import { databaseSchema } from './schema/values/database-url.ts'
import { isPlainObject } from './schema/values/leaf.ts'
import { baseUrl, HEADER_NAME } from './schema/values/secret-text.ts'
import { type Environment, hideSecrets, secretsOf } from './secrets.ts'

export type ResolvedConfig =
  | { readonly config: Config }
  /** `partial`: what is sound by itself, so that the table can be checked even where the rest is not. */
  | { readonly problems: readonly Problem[]; readonly partial: PartialConfig }

export type PartialConfig = Partial<Pick<Config, 'database' | 'records'>>

/** As `resolveConfig`. Throws InputError CONFIG_INVALID with all problems. */
export function checkedConfig(raw: unknown): Config {
  const resolved = resolveConfig(raw)
  if ('problems' in resolved) throw new InputError('CONFIG_INVALID', resolved.problems)
  return resolved.config
}

interface Around {
  readonly cwd?: string
  readonly env?: Environment
  /** Secrets that are known already. */
  readonly known?: readonly string[]
}

/** Checks and resolves what the config exports. `env` only tells what is secret; relative paths start from `cwd`. */
export function resolveConfig(
  raw: unknown,
  { cwd = process.cwd(), env = process.env, known = [] }: Around = {},
): ResolvedConfig {
  if (!isPlainObject(raw)) return { problems: [notAnObject(raw)], partial: {} }
  if ('accounts' in raw) return { problems: [SEVERAL], partial: {} }
  const secrets = [...new Set([...known, ...secretsOf(raw, env)])].sort((a, b) => b.length - a.length)
  const parsed = schemaIn(cwd).safeParse(raw)
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

/** Making the schema takes longer than a check: it is made once, for however many accounts. By working directory. */
const schemas = new Map<string, ReturnType<typeof configSchema>>()

function schemaIn(cwd: string): ReturnType<typeof configSchema> {
  const schema = schemas.get(cwd) ?? configSchema(cwd)
  schemas.set(cwd, schema)
  return schema
}

const SEVERAL: Problem = {
  path: 'accounts',
  found: 'several accounts',
  allowed: 'the config of one account',
  hint: 'A program calls with the config of one; the command line works many (docs/accounts.md).',
}

export function notAnObject(raw: unknown): Problem {
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

/** Parts of a config that somebody gives before there is one; `path` is the flag. All throw InputError. */
export const readAnswer = {
  database: (url: string, path: string, cwd: string): DatabaseConfig => read(databaseSchema(cwd), { url }, path),
  baseUrl: (given: string, path: string): string => read(baseUrl(), given, path),
  path: (given: string, path: string): string => read(pathText(), given, path),
  header: (given: string, path: string): string =>
    read(text('the name of an HTTP header, such as x-api-key', HEADER_NAME), given, path),
}

function read<T>(schema: z.ZodType<T>, value: unknown, path: string): T {
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  const problems = problemsOf(parsed.error.issues, (found) => found)
  throw new InputError(
    'INIT_INVALID',
    problems.map((problem) => ({ ...problem, path })),
  )
}

import type * as z from 'zod'
import { InputError } from '../domain/errors.ts'
import { baseUrl } from './base-url.ts'
import type { DatabaseConfig } from './config.ts'
import { databaseSchema } from './database-schema.ts'
import { HEADER_NAME } from './headers.ts'
import { problemsOf } from './problems.ts'
import { pathText, text } from './rules.ts'

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

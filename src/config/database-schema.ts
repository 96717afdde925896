import type * as z from 'zod'
import type { DatabaseConfig } from './config.ts'
import { databaseUrl } from './database-url.ts'
import { duration } from './rules.ts'
import { section } from './section.ts'

export function databaseSchema(cwd: string): z.ZodType<DatabaseConfig> {
  return section({
    url: databaseUrl(cwd),
    unavailableFor: duration().prefault('10m'),
  }).transform(({ url, unavailableFor }) => ({ ...url, unavailableForMs: unavailableFor }))
}

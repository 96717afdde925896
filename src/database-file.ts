import { existsSync } from 'node:fs'
import type { DatabaseConfig } from './config/config.ts'
import { InputError } from './domain/errors.ts'

/** SQLite would make a file that is missing, and then miss the table in it. Throws InputError. */
export function checkDatabase({ file }: DatabaseConfig): void {
  if (file === undefined || existsSync(file)) return
  const hint = 'Is the working directory right? A relative path starts there.'
  throw new InputError('DATABASE_NOT_FOUND', [
    { path: 'database.url', found: `no file at ${file}`, allowed: 'the SQLite file that holds your records', hint },
  ])
}

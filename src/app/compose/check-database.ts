import { existsSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import type { DatabaseConfig } from '../../config/config.ts'
import { InputError } from '../../domain/errors/errors.ts'

/** Refuses a missing SQLite file, which SQLite would create without the user's table. Throws InputError. */
export function checkDatabase(database: DatabaseConfig): void {
  const { file } = database
  if (file !== undefined && !existsSync(file)) refuse(`no file at ${file}`, 'the SQLite file that holds your records')
  checkDatabasePlace(database)
}

/** Checks that the SQLite file is there or can be created. Throws InputError. */
export function checkDatabasePlace({ file }: DatabaseConfig): void {
  if (file === undefined) return
  if (isFolder(file)) refuse(`a folder at ${file}`, 'a SQLite file')
  const folder = dirname(file)
  if (!isFolder(folder)) refuse(`no folder at ${folder}`, 'a SQLite file in a folder that is there')
}

function isFolder(path: string): boolean {
  return existsSync(path) && statSync(path).isDirectory()
}

function refuse(found: string, allowed: string): never {
  const hint = 'Is the working directory right? A relative path starts there.'
  throw new InputError('DATABASE_NOT_FOUND', [{ path: 'database.url', found, allowed, hint }])
}

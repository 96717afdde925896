import { existsSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import type { DatabaseConfig } from '../../config/config.ts'
import { InputError } from '../../domain/errors.ts'

/** SQLite would make a file that is missing, and then miss the table in it. Throws InputError. */
export function checkDatabase(database: DatabaseConfig): void {
  const { file } = database
  if (file !== undefined && !existsSync(file)) refuse(`no file at ${file}`, 'the SQLite file that holds your records')
  checkDatabasePlace(database)
}

/** Where SQLite can make the file, if it is missing. Throws InputError. */
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

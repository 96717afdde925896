import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { InputError } from '../domain/errors.ts'
import type { Problem } from '../domain/problem.ts'
import { parseEnv } from './parse-env.ts'

/**
 * Puts what the folder's `.env` says into `env`; what is set there already, wins, even where it is empty. A file that
 * cannot be read in full is refused: the lost line could be the one that names the database. Returns the file's path if
 * other users of this machine may read or write it.
 */
export function loadEnvFile(cwd: string, env: Record<string, string | undefined>): string | null {
  const file = join(cwd, '.env')
  const text = readEnvFile(file)
  if (text === null) return null
  const { values, errors } = parseEnv(text)
  if (errors.length > 0) {
    throw new InputError(
      'ENV_UNREADABLE',
      errors.map(({ line, found }) => problem(`${file}:${line}`, found)),
    )
  }
  for (const [name, value] of Object.entries(values)) env[name] ??= value
  // Windows has no such modes.
  return process.platform !== 'win32' && (statSync(file).mode & 0o077) !== 0 ? file : null
}

/** Null where there is none; a folder of that name (Python's virtual environments) is none. */
function readEnvFile(file: string): string | null {
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'EISDIR') return null
    const error = new InputError('ENV_UNREADABLE', [
      problem(file, `a file that cannot be read (${code ?? 'no reason given'})`),
    ])
    error.cause = cause
    throw error
  }
}

function problem(path: string, found: string): Problem {
  return {
    path,
    found,
    allowed: 'NAME=value, # comments and empty lines',
    hint: 'Nothing of .env is in effect until it is mended.',
  }
}

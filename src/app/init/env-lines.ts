import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { parseEnv } from '../../config/load/env-file.ts'
import { InputError } from '../../domain/errors/errors.ts'

/** A line of `.env` that is read back as it was. */
export function envLine(name: string, value: string): string {
  const line = ['', "'", '"', '`']
    .map((quote) => `${name}=${quote}${value}${quote}`)
    .find((each) => parseEnv(each).values[name] === value)
  if (line !== undefined) return line
  const found = 'a value that a line of .env cannot hold'
  throw new InputError('INIT_INVALID', [{ path: name, found, allowed: 'text without all three kinds of quotes' }])
}

/** The URL with its password hidden. */
export function shownUrl(url: string): string {
  return url.replace(/^([a-z][a-z0-9+.-]*:\/\/[^:@/?#]*):.*@/i, '$1:***@').replace(/([?&]password=)[^&#]*/i, '$1***')
}

/** Whether git would take the file in. Without git, `.gitignore` beside it tells. */
export function mayBeCommitted(file: string): boolean {
  const folder = dirname(file)
  const { status } = spawnSync('git', ['check-ignore', '-q', '--', basename(file)], { cwd: folder, stdio: 'ignore' })
  if (status === 0 || status === 1) return status === 1
  const ignored = join(folder, '.gitignore')
  return existsSync(ignored) && !/^\/?(\*\*\/)?\.env\*?\s*$/m.test(readFileSync(ignored, 'utf8'))
}

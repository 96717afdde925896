import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import type * as z from 'zod'
import { HIDDEN } from '../problems.ts'
import { duration } from '../rules.ts'
import { leaf, type Refusal, section } from './leaf.ts'
import { MISSING } from './secret-text.ts'

/** SQLite's `url` is `file:` and the absolute path, which `file` holds too; PostgreSQL's and MySQL's are as configured. */
type DatabaseLocation =
  | { readonly dialect: 'sqlite'; readonly url: string; readonly file: string }
  | { readonly dialect: 'postgresql' | 'mysql'; readonly url: string; readonly file?: undefined }

const ALLOWED =
  "'file:./path.db' (SQLite), 'postgresql://user:password@host:5432/database' (PostgreSQL) or 'mysql://user:password@host:3306/database' (MySQL, MariaDB)"

export function databaseSchema(cwd: string) {
  return section({
    url: databaseUrl(cwd),
    unavailableFor: duration().prefault('10m'),
  }).transform(({ url, unavailableFor }) => ({ ...url, unavailableForMs: unavailableFor }))
}

/** Where the records are. No problem shows more of the URL than its scheme. */
function databaseUrl(cwd: string): z.ZodType<DatabaseLocation> {
  return leaf(ALLOWED, (value, refuse) => {
    if (value === undefined || value === null) return refuse(MISSING)
    if (typeof value !== 'string') return refuse({ found: typeof value === 'object' ? 'an object' : HIDDEN })
    // A template literal around a variable that is not set.
    if (value.trim() === '' || value.includes('undefined')) return refuse(MISSING)
    const location = locate(value.trim(), cwd)
    return 'dialect' in location ? location : refuse(location)
  })
}

function locate(url: string, cwd: string): DatabaseLocation | Refusal {
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(url)?.[1]?.toLowerCase()
  if (scheme === undefined)
    return { found: HIDDEN, hint: 'The URL has no scheme; a SQLite file is written file:./path.db.' }
  if (scheme === 'file') return locateSqlite(url, cwd)
  if (scheme === 'postgresql' || scheme === 'postgres') return locatePostgresql(url)
  if (scheme === 'mysql' || scheme === 'mariadb') return locateMysql(url)
  const hint = scheme === 'sqlite' ? { hint: 'A SQLite file is written file:./path.db.' } : {}
  return { found: `${scheme}:…`, ...hint }
}

function locateSqlite(url: string, cwd: string): DatabaseLocation | Refusal {
  const found = 'file:…'
  if (url.includes('?'))
    return { found, hint: 'A SQLite file takes no parameters: leave out what follows the question mark.' }
  const path = sqlitePath(url)
  if (path === null) return { found, hint: 'A relative path is written file:./path.db, an absolute one file:/path.db.' }
  if (path === '' || path.endsWith('/')) return { found, hint: 'The path is missing.' }
  if (path === ':memory:') return { found, hint: 'A database in memory would be lost with the process.' }
  const file = resolve(cwd, path)
  return { dialect: 'sqlite', url: `file:${file}`, file }
}

function sqlitePath(url: string): string | null {
  const path = url.slice('file:'.length)
  if (!path.startsWith('//')) return path
  try {
    return fileURLToPath(url)
  } catch {
    return null
  }
}

function locatePostgresql(url: string): DatabaseLocation | Refusal {
  // A socket URL (user@/database?host=/run/postgresql) has no host, which a strict URL must have.
  if (URL.canParse(url) || URL.canParse(url.replace('@/', '@localhost/'))) return { dialect: 'postgresql', url }
  return {
    found: 'postgresql:…',
    hint: 'It cannot be read; write special characters in the password as %XX.',
  }
}

/** Its tables are in the database that the URL names. */
function locateMysql(url: string): DatabaseLocation | Refusal {
  const found = 'mysql:…'
  if (!URL.canParse(url)) return { found, hint: 'It cannot be read; write special characters in the password as %XX.' }
  if (new URL(url).pathname.length <= 1)
    return { found, hint: 'The name of the database is missing: mysql://…/database.' }
  return { dialect: 'mysql', url }
}

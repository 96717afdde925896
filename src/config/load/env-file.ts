import { readFileSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { InputError } from '../../domain/errors/errors.ts'
import type { Problem } from '../../domain/errors/problem.ts'
import type { Environment } from '../secrets.ts'

/** Reads the folder's `.env` into `env`, overriding nothing. Returns its path if other users may read or write it. */
export function loadEnvFile(cwd: string, env: Record<string, string | undefined>): string | null {
  const file = join(cwd, '.env')
  const text = readEnvFile(file)
  if (text === null) return null
  const { values, errors } = parseEnv(text)
  // A line that cannot be read could be the one that names the database.
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

export interface KnownEnvironment {
  /** What a config in the folder would see. */
  readonly all: Environment
  /** What stands in the process's own environment, and so goes before every file. */
  readonly process: Environment
}

/** The environment of a config that is to be in the folder. Changes nothing. Throws InputError ENV_UNREADABLE. */
export function knownEnvironment(folder: string, cwd: string, env: Environment = process.env): KnownEnvironment {
  const all = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined))
  loadEnvFiles(folder, cwd, all)
  return { all, process: env }
}

/** Of the folder first, then of the working directory. Returns those that other users may read or write. */
export function loadEnvFiles(folder: string, cwd: string, env: Record<string, string | undefined>): string[] {
  return [...new Set([folder, resolve(cwd)])].flatMap((each) => loadEnvFile(each, env) ?? [])
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

const ASSIGNMENT = /^\s*(?:export\s+)?([A-Za-z_][\w.-]*)\s*=[^\S\n]*/
const QUOTES = ['"', "'", '`']

/** `.env` as dotenv reads it (https://www.npmjs.com/package/dotenv#rules), except that errors are reported by line. */
export function parseEnv(text: string) {
  const lines = text.replace(/^\uFEFF/, '').split(/\r\n|\n|\r/)
  const values: Record<string, string> = {}
  // By line from 1; never with the line's content.
  const errors: { line: number; found: string }[] = []
  for (let at = 0; at < lines.length; ) {
    const entry = readEntry(lines, at)
    if ('found' in entry) errors.push({ line: at + 1, found: entry.found })
    else if (entry.name !== undefined) values[entry.name] = entry.value
    at += entry.lines
  }
  return { values, errors }
}

type Entry =
  | { readonly lines: number; readonly name?: undefined }
  | { readonly lines: number; readonly name: string; readonly value: string }
  | { readonly lines: number; readonly found: string }

function readEntry(lines: readonly string[], at: number): Entry {
  const line = lines[at] ?? ''
  if (/^\s*(#|$)/.test(line)) return { lines: 1 }
  const [whole, name] = ASSIGNMENT.exec(line) ?? []
  if (whole === undefined || name === undefined) return { lines: 1, found: 'a line that is not NAME=value' }
  const rest = line.slice(whole.length)
  const quote = QUOTES.find((each) => rest.startsWith(each))
  if (quote === undefined) return { lines: 1, name, value: rest.replace(/#.*$/, '').trim() }
  return readQuoted(name, quote, [rest.slice(1), ...lines.slice(at + 1)])
}

/** From behind the opening quote to the closing one, which may stand some lines below; a backslash guards a quote. */
function readQuoted(name: string, quote: string, lines: readonly string[]): Entry {
  const closing = new RegExp(`(?<!\\\\)${quote}`)
  const last = lines.findIndex((line) => closing.test(line))
  const lastLine = lines[last]
  if (lastLine === undefined) return { lines: 1, found: `an opening ${quote} without a closing one` }
  const end = lastLine.search(closing)
  if (!/^\s*(#|$)/.test(lastLine.slice(end + 1))) return { lines: last + 1, found: `text after the closing ${quote}` }
  const value = [...lines.slice(0, last), lastLine.slice(0, end)].join('\n')
  return { lines: last + 1, name, value: quote === '"' ? value.replaceAll('\\n', '\n') : value }
}

import { readFileSync } from 'node:fs'
import { InputError } from '../domain/errors/errors.ts'

/** A package is not there, or is there for another system or version of Node. */
const MISSING = new Set(['ERR_MODULE_NOT_FOUND', 'MODULE_NOT_FOUND', 'ERR_DLOPEN_FAILED'])

/** Whether a package that need not be installed is missing, or cannot be loaded here. */
export function isPackageMissing(error: unknown): error is Error {
  if (!(error instanceof Error)) return false
  const { code } = error as NodeJS.ErrnoException
  // What the loader of native packages says of one that was not compiled, without a code.
  return MISSING.has(code ?? '') || error.message.startsWith('Could not locate the bindings file')
}

/** The command that installs an optional package, in the version that belongs to this one. */
export function installCommand(name: string): string {
  const { optionalDependencies } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))
  return `npm install ${name}@${optionalDependencies[name]}`
}

/** `driver`: the package that reaches the database. */
export function driverMissing(driver: string, error: Error): InputError {
  // The loader of native packages lists where it has looked, and Prisma puts its own words before.
  const said = error.message.replace(/^\s*Invalid `[^`]*` invocation\S*/, '').replace(/Tried:[\s\S]*/, '')
  const why = said.replace(/\s+/g, ' ').trim().slice(0, 300)
  const found = `${driver} cannot be loaded: ${why}`
  const allowed = 'a database whose driver is installed for this system and this version of Node'
  const hint = `\`${installCommand(driver)}\` installs it, \`npm rebuild\` compiles it anew.`
  return new InputError('PACKAGE_MISSING', [{ path: 'database.url', found, allowed, hint }])
}

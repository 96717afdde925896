import { statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { InputError } from '../../domain/errors/errors.ts'
import { environmentSecrets } from '../secrets.ts'
import { loadEnvFiles } from './env-file.ts'
import { loadModule } from './load-module.ts'

interface LoadOptions {
  /** The config's path, absolute or relative to `cwd`; without it the config is looked for in `cwd`. */
  readonly path?: string
  readonly cwd?: string
  /** Takes what `.env` says. The config's own `process.env` sees that only if this is it. */
  readonly env?: Record<string, string | undefined>
  /** The path or file URL of the module that `import … from 'spenddown'` gives the config: this package's entry. */
  readonly entry: string
}

interface LoadedConfig {
  /** What the file exports by default, unchecked; undefined if nothing. */
  readonly raw: unknown
  /** Absolute. */
  readonly file: string
  /** Each `.env` that other users of this machine may read or write. */
  readonly exposed: readonly string[]
}

/**
 * Finds the config and evaluates it, with `.env` beside it and that of the working directory in the environment. Throws
 * InputError CONFIG_NOT_FOUND, CONFIG_AMBIGUOUS, CONFIG_UNREADABLE or ENV_UNREADABLE.
 */
export async function loadConfig(options: LoadOptions): Promise<LoadedConfig> {
  const { path, cwd = process.cwd(), env = process.env, entry } = options
  const file = findConfig(cwd, path)
  const exposed = loadEnvFiles(dirname(file), cwd, env)
  const { raw } = await loadModule(file, entry, environmentSecrets(env))
  return { raw, file, exposed }
}

/** In this order where they are listed; no two may stand side by side. */
export const CONFIG_NAMES = ['ts', 'mts', 'js', 'mjs'].map((extension) => `spenddown.config.${extension}`)

const LOADABLE = /\.[cm]?[jt]s$/

/** The config's absolute path: the one that was named, or the only one in the folder. */
export function findConfig(cwd: string, path?: string): string {
  return path === undefined ? findInFolder(cwd) : findNamed(resolve(cwd, path))
}

function findNamed(file: string): string {
  const kind = kindOf(file)
  if (kind === 'file' && LOADABLE.test(file)) return file
  const found = { none: `no file at ${file}`, folder: `a folder at ${file}`, file: file }[kind]
  const allowed = 'the path of a .ts, .mts, .js or .mjs file'
  const hint = 'A relative path starts from the working directory.'
  throw new InputError('CONFIG_NOT_FOUND', [{ path: '--config', found, allowed, hint }])
}

function findInFolder(cwd: string): string {
  const files = CONFIG_NAMES.filter((name) => kindOf(join(cwd, name)) === 'file')
  const [only] = files
  if (only !== undefined && files.length === 1) return join(cwd, only)
  if (only !== undefined) {
    const hint = 'Keep one of them, or say which one with --config PATH.'
    throw new InputError('CONFIG_AMBIGUOUS', [{ path: cwd, found: files.join(' and '), allowed: 'one config', hint }])
  }
  const hint = '`spenddown init` writes one; or go to its folder, or name it with --config PATH.'
  const allowed = `one of ${CONFIG_NAMES.join(', ')}`
  throw new InputError('CONFIG_NOT_FOUND', [{ path: cwd, found: 'no config', allowed, hint }])
}

function kindOf(path: string): 'none' | 'file' | 'folder' {
  const stats = statSync(path, { throwIfNoEntry: false })
  if (stats === undefined) return 'none'
  return stats.isDirectory() ? 'folder' : 'file'
}

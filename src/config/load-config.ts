import { dirname, resolve } from 'node:path'
import { loadEnvFile } from './env-file.ts'
import { findConfig } from './find-config.ts'
import { loadModule } from './load-module.ts'
import { environmentSecrets } from './secrets.ts'

export interface LoadOptions {
  /** The config's path, absolute or relative to `cwd`; without it the config is looked for in `cwd`. */
  readonly path?: string
  readonly cwd?: string
  /** Takes what `.env` says. The config's own `process.env` sees that only if this is it. */
  readonly env?: Record<string, string | undefined>
  /** The path or file URL of the module that `import … from 'spenddown'` gives the config: this package's entry. */
  readonly entry: string
  /** Called with each `.env` that other users of this machine may read or write. */
  readonly onExposed?: (file: string) => void
}

export interface LoadedConfig {
  /** What the file exports by default, unchecked; undefined if nothing. */
  readonly raw: unknown
  /** Absolute. */
  readonly file: string
}

/**
 * Finds the config, reads `.env` beside it into the environment, then `.env` of the working directory, and evaluates the
 * config. What is set already wins. TypeScript and JavaScript, ESM and CommonJS.
 *
 * @throws InputError CONFIG_NOT_FOUND, CONFIG_AMBIGUOUS, CONFIG_UNREADABLE, ENV_UNREADABLE
 */
export async function loadConfig(options: LoadOptions): Promise<LoadedConfig> {
  const { path, cwd = process.cwd(), env = process.env, entry, onExposed } = options
  const file = findConfig(cwd, path)
  const beside = dirname(file)
  for (const folder of new Set([beside, resolve(cwd)])) {
    const exposed = loadEnvFile(folder, env)
    if (exposed !== null) onExposed?.(exposed)
  }
  const { raw } = await loadModule(file, entry, environmentSecrets(env))
  return { raw, file }
}

import type { Config } from '../config/config.ts'
import { loadConfig } from '../config/load-config.ts'
import { resolveConfig } from '../config/resolve-config.ts'
import { InputError } from '../domain/errors.ts'

/** Loads and checks the config; all problems at once, the table's too where the config says enough to look. */
export async function readConfig(path: string | undefined): Promise<Config> {
  const entry = new URL(import.meta.url.endsWith('.ts') ? '../index.ts' : '../index.js', import.meta.url).href
  const exposed: string[] = []
  const { raw } = await loadConfig({ path, entry, onExposed: (file) => exposed.push(file) })
  const resolved = resolveConfig(raw)
  if ('config' in resolved) return { ...resolved.config, exposed }
  const { checkPartial } = await import('../app/compose/check-table.ts')
  throw new InputError('CONFIG_INVALID', [...resolved.problems, ...(await checkPartial(resolved.partial))])
}

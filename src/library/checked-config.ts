import type { Config } from '../config/config.ts'
import type { AnyConfig } from '../config/options/spenddown-config.ts'
import { resolveConfig } from '../config/resolve-config.ts'
import { InputError } from '../domain/errors/errors.ts'

/** @throws InputError with all that is wrong */
export function checkedConfig(config: AnyConfig): Config {
  const resolved = resolveConfig(config)
  if ('problems' in resolved) throw new InputError('CONFIG_INVALID', resolved.problems)
  return resolved.config
}

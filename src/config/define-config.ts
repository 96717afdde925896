import type { SpenddownConfig } from './spenddown-config.ts'
import type { AnyRecord } from './vendor-types.ts'

/** Gives the config its types, and nothing else: `defineConfig<Person>({ … })` types `record` as well. */
export function defineConfig<R extends object = AnyRecord>(config: SpenddownConfig<R>): SpenddownConfig<R> {
  return config
}

import { isPlainObject, type PlainObject } from '../../../src/config/schema/values/leaf.ts'

/** The smallest config that is sound: where the tests of this folder and others start from. */
export function soundConfig(): PlainObject {
  return {
    database: { url: 'file:./records.db' },
    vendor: {
      name: 'acme',
      baseUrl: 'https://api.acme.example',
      single: { request: () => ({ path: '/v1/enrich' }) },
    },
    records: { table: 'people', key: 'id', update: { title: 'job.title' } },
  }
}

/** The same config with another value at the path, whose missing parts are created. */
export function withValue(config: PlainObject, path: readonly string[], value: unknown): PlainObject {
  const [key, ...rest] = path
  if (key === undefined) return config
  const child = isPlainObject(config[key]) ? config[key] : {}
  return { ...config, [key]: rest.length === 0 ? value : withValue(child, rest, value) }
}

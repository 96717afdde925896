// Prisma's schema engine as WebAssembly, from the npm registry: no binary to download. Development only.
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils'
import * as bindings from '@prisma/schema-engine-wasm/schema_engine_bg'
import { adapterFactory } from './adapter-factory.mjs'

const NOTHING_TO_DO = '-- This is an empty migration.'

/** Once a process. */
let loaded

async function load() {
  const js = createRequire(import.meta.url).resolve('@prisma/schema-engine-wasm')
  const bytes = await readFile(join(dirname(js), 'schema_engine_bg.wasm'))
  const { instance } = await WebAssembly.instantiate(bytes, { './schema_engine_bg.js': bindings })
  bindings.__wbg_set_wasm(instance.exports)
  instance.exports.__wbindgen_start()
}

/**
 * The SQL that turns the database into the models of `schema` (the text of a schema.prisma); '' when there is nothing
 * to do. Tables that the schema does not know are dropped by it. It does not see WITHOUT ROWID, nor fillfactor.
 */
export async function diffDatabase(url, dialect, schema) {
  loaded ??= load()
  await loaded
  const file = { path: 'schema.prisma', content: schema }
  const factory = bindMigrationAwareSqlAdapterFactory(adapterFactory(url, dialect))
  const engine = await bindings.SchemaEngine.new({ datamodels: [[file.path, file.content]] }, () => {}, factory)
  try {
    const { stdout } = await engine.diff({
      from: { tag: 'schemaDatasource', files: [file], configDir: '.' },
      to: { tag: 'schemaDatamodel', files: [file] },
      script: true,
      exitCode: null,
      filters: { externalTables: [], externalEnums: [] },
    })
    return stdout?.trim() === NOTHING_TO_DO ? '' : (stdout ?? '')
  } finally {
    engine.free()
  }
}

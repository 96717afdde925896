// Writes the Prisma clients into src/generated, those that are missing or older than their schema (with --force: all).
// Quiet where all goes well. Run by itself, or called by the build.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const DIALECTS = ['sqlite', 'postgresql', 'mysql']

/** @param {{ force?: boolean }} [options] */
export function generate({ force = false } = {}) {
  for (const dialect of DIALECTS) {
    const schema = join(root, 'prisma', dialect, 'schema.prisma')
    const client = join(root, 'src', 'generated', dialect, 'client.ts')
    if (!force && existsSync(client) && statSync(client).mtimeMs >= statSync(schema).mtimeMs) continue
    prismaGenerate(schema)
    readQueryCompiler(join(dirname(client), 'internal', 'class.ts'))
  }
}

/**
 * Prisma imports its query compiler as a module that is one string of two megabytes. Reading that file, and taking the
 * string out of it, saves each process some 50 ms.
 */
function readQueryCompiler(file) {
  const generated = readFileSync(file, 'utf8')
  const imported =
    /const \{ wasm \} = await import\("(@prisma\/client\/runtime\/[\w.]+\.wasm-base64)\.mjs"\)\s*return await decodeBase64AsWasm\(wasm\)/
  if (!imported.test(generated)) throw new Error(`${file} loads its query compiler in another way than expected`)
  const read = `const [{ readFileSync }, { createRequire }] = await Promise.all([import('node:fs'), import('node:module')])
    const text = readFileSync(createRequire(import.meta.url).resolve("$1.js"))
    const from = text.indexOf('"') + 1
    return decodeBase64AsWasm(text.latin1Slice(from, text.indexOf('"', from)))`
  writeFileSync(file, generated.replace(imported, read))
}

function prismaGenerate(schema) {
  const done = spawnSync(process.execPath, [prismaCli(), 'generate', '--schema', schema], {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, PRISMA_HIDE_UPDATE_MESSAGE: '1', CHECKPOINT_DISABLE: '1' },
  })
  if (done.status === 0) return
  process.stderr.write(`${done.stdout ?? ''}${done.stderr ?? ''}`)
  throw new Error(`prisma generate failed for ${schema}`, { cause: done.error })
}

/** Prisma's own entry, so that no shell and no npx stands between. */
function prismaCli() {
  const manifest = createRequire(import.meta.url).resolve('prisma/package.json')
  return join(dirname(manifest), 'build', 'index.js')
}

if (process.argv[1] === fileURLToPath(import.meta.url)) generate({ force: process.argv.includes('--force') })

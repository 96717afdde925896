// Writes the Prisma clients into src/generated, those that are missing or older than their schema (with --force: both).
// Quiet where all goes well. Run by itself, or called by the build.
import { spawnSync } from 'node:child_process'
import { existsSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const DIALECTS = ['sqlite', 'postgresql']

/** @param {{ force?: boolean }} [options] */
export function generate({ force = false } = {}) {
  for (const dialect of DIALECTS) {
    const schema = join(root, 'prisma', dialect, 'schema.prisma')
    const client = join(root, 'src', 'generated', dialect, 'client.ts')
    if (force || !existsSync(client) || statSync(client).mtimeMs < statSync(schema).mtimeMs) prismaGenerate(schema)
  }
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

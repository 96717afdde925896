// Builds dist/: the Prisma clients where they are stale, then the sources. Says nothing where all goes well.
// --clean removes dist/ first, so that no file of a source that is gone gets packed.
import { spawnSync } from 'node:child_process'
import { chmodSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { generate } from './generate.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))

if (process.argv.includes('--clean')) rmSync(join(root, 'dist'), { recursive: true, force: true })
generate()
const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc')
const compiled = spawnSync(process.execPath, [tsc, '-p', 'tsconfig.build.json'], { cwd: root, stdio: 'inherit' })
if (compiled.status !== 0) process.exit(compiled.status ?? 1)
chmodSync(join(root, 'dist', 'main.js'), 0o755)

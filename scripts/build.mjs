// Builds dist/: the Prisma clients where they are stale, then the sources; what was built of a source that is gone goes.
// Says nothing where all goes well. --clean removes dist/ first.
import { spawnSync } from 'node:child_process'
import { chmodSync, cpSync, existsSync, readdirSync, rmSync } from 'node:fs'
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
for (const name of readdirSync(join(root, 'dist'), { recursive: true, encoding: 'utf8' })) {
  const source = /^(.*?)(\.d)?\.[jt]s$/.exec(name)?.[1]
  if (source === undefined || /[\\/]assets[\\/]/.test(name) || existsSync(join(root, 'src', `${source}.ts`))) continue
  rmSync(join(root, 'dist', name))
}
// What browsers get of the dashboard is served as it is written.
cpSync(join(root, 'src', 'dashboard', 'assets'), join(root, 'dist', 'dashboard', 'assets'), { recursive: true })
chmodSync(join(root, 'dist', 'main.js'), 0o755)

// Builds the Prisma clients where they are stale, then build/ from the sources, file by file, and from that dist/, which is what
// runs and what is packed. Says nothing where all goes well. Does nothing where nothing has changed since; --clean removes
// both first.
import { spawnSync } from 'node:child_process'
import { chmodSync, cpSync, existsSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { bundle } from './bundle.mjs'
import { generate } from './generate.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const [build, dist] = [join(root, 'build'), join(root, 'dist')]
/** Written by each install. */
const INSTALLED = join('node_modules', '.package-lock.json')

if (process.argv.includes('--clean')) rmSync(build, { recursive: true, force: true })
else if (isFresh()) process.exit(0)
generate()
const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc')
const compiled = spawnSync(process.execPath, [tsc, '-p', 'tsconfig.build.json'], { cwd: root, stdio: 'inherit' })
if (compiled.status !== 0) process.exit(compiled.status ?? 1)
// What was built of a source that is gone goes.
for (const name of readdirSync(build, { recursive: true, encoding: 'utf8' })) {
  const source = /^(.*?)(\.d)?\.[jt]s$/.exec(name)?.[1]
  if (source === undefined || /[\\/]assets[\\/]/.test(name) || existsSync(join(root, 'src', `${source}.ts`))) continue
  rmSync(join(build, name))
}
// What browsers get of the dashboard is served as it is written.
const assets = join('dashboard', 'assets')
cpSync(join(root, 'src', assets), join(build, assets), { recursive: true })
await bundle(build, dist)
cpSync(join(root, 'src', assets), join(dist, assets), { recursive: true })
chmodSync(join(dist, 'main.js'), 0o755)
// What is newer than this was not built.
writeFileSync(join(build, '.built'), '')

/** Whether all that it is made of is older; a folder is as old as what was last added to it or taken away. */
function isFresh() {
  const built = statSync(join(build, '.built'), { throwIfNoEntry: false })?.mtimeMs ?? 0
  if (built === 0 || !existsSync(join(dist, 'main.js'))) return false
  const inside = ['src', 'scripts', 'prisma'].flatMap((folder) => [
    folder,
    ...readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name)),
  ])
  const inputs = inside.filter((name) => !name.endsWith('.test.ts'))
  return [...inputs, 'package.json', 'package-lock.json', 'tsconfig.json', 'tsconfig.build.json', INSTALLED].every(
    (name) => statSync(join(root, name), { throwIfNoEntry: false })?.mtimeMs < built,
  )
}

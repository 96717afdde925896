// Joins what tsc has built into few files, dist/: a process of the command reads some 60 files of ours where it read 400, and
// starts in half the time. Packages stay outside, but for a few: they are npm's to install.
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, relative, sep } from 'node:path'
import { rolldown } from 'rolldown'

/** What is begun by its path: the command, the library, and the threads. */
const ENTRIES = ['main', 'index', 'presets', 'store/worker/store-worker', 'app/report/report-worker']

/** Packages of many small files that most commands need: with them in dist/, `status` takes 0.62 s, not 0.70. No user installs them. */
const INLINED = ['@prisma/client-runtime-utils', 'commander', 'temporal-polyfill', 'temporal-utils', 'zod']

/** CommonJS packages: Node reads the whole of such a file twice where it is imported, to find what it exports. */
const REQUIRED = ['@prisma/client/runtime/client', 'better-sqlite3', 'jiti', 'bottleneck', 'pino']

const isOutside = (id, importer) => {
  if (REQUIRED.includes(id)) return importer?.startsWith('\0required:') ?? true
  return /^[^./\0]/.test(id) && !INLINED.some((name) => id === name || id.startsWith(`${name}/`))
}

/** Writes `to` (dist/) anew from `from` (build/): the bundle, and the types as they are. */
export async function bundle(from, to) {
  rmSync(to, { recursive: true, force: true })
  const input = Object.fromEntries(ENTRIES.map((name) => [name, join(from, `${name}.js`)]))
  const built = await rolldown({
    input,
    cwd: from,
    platform: 'node',
    external: isOutside,
    plugins: [ownPlace(from), required(REQUIRED)],
  })
  const { output } = await built.write({
    dir: to,
    format: 'esm',
    entryFileNames: '[name].js',
    chunkFileNames: '[name]-[hash].js',
    comments: false,
    // What stands at a module's top keeps its name: a stack trace says where it was.
    minify: { compress: true, mangle: { toplevel: false }, codegen: { removeWhitespace: true } },
  })
  await built.close()
  const misplaced = output.find(({ fileName, code }) => fileName.includes('/') && code?.includes('import.meta.url'))
  if (misplaced) throw new Error(`${misplaced.fileName} looks for files from where it does not lie`)
  writeFileSync(join(to, 'LICENSES.txt'), INLINED.map(licenseOf).join('\n\n'))
  for (const file of declarationsOf(['index.d.ts', 'presets.d.ts'].map((name) => join(from, name)))) {
    cpSync(file, join(to, relative(from, file)))
  }
}

/** The declaration files that these lead to: of all others, most of them of the Prisma clients, no user sees a type. */
function declarationsOf(entries) {
  const reached = new Set(entries)
  for (const file of reached) {
    for (const [, path] of readFileSync(file, 'utf8').matchAll(
      /\b(?:from|import)\s*\(?\s*['"](\.[^'"]+)\.[jt]s['"]/g,
    )) {
      reached.add(join(dirname(file), `${path}.d.ts`))
    }
  }
  return reached
}

/** Loads the packages with `require`. */
function required(names) {
  const prefix = '\0required:'
  return {
    name: 'required',
    resolveId: (id, importer) => (names.includes(id) && !importer?.startsWith(prefix) ? `${prefix}${id}` : null),
    load: (id) => (id.startsWith(prefix) ? `module.exports = require('${id.slice(prefix.length)}')` : null),
  }
}

/** What a package's own licence asks for, wherever a copy of it goes. */
function licenseOf(name) {
  const folder = join(import.meta.dirname, '..', 'node_modules', name)
  const file = readdirSync(folder).find((each) => /^licen[cs]e/i.test(each))
  if (file === undefined) throw new Error(`${name} has no licence to go with it`)
  return `${name}\n\n${readFileSync(join(folder, file), 'utf8').trim()}\n`
}

/** A module finds what lies beside it as if it still lay where it did; chunks lie in dist/ itself. */
function ownPlace(from) {
  return {
    name: 'own-place',
    transform(code, id) {
      if (!code.includes('import.meta.url') || !id.startsWith(from)) return null
      const place = relative(from, id).split(sep).join('/')
      return { code: code.replaceAll('import.meta.url', `new URL('./${place}', import.meta.url).href`), map: null }
    },
  }
}

import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { InputError } from '../../domain/errors/errors.ts'
import { resolveConfig } from '../resolve-config.ts'
import { loadConfig } from './load-config.ts'

const entry = new URL('../../../build/config/options/spenddown-config.js', import.meta.url).href
let folder: string
let before: NodeJS.ProcessEnv
beforeEach(() => {
  before = { ...process.env }
  folder = mkdtempSync(join(tmpdir(), 'spenddown-config-'))
})
afterEach(() => {
  // The very object stays: others in this process hold it.
  for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name]
  Object.assign(process.env, before)
  rmSync(folder, { recursive: true })
})

const write = (name: string, text: string) => writeFileSync(join(folder, name), text)
const load = (path?: string) => loadConfig({ cwd: folder, entry, ...(path === undefined ? {} : { path }) })

async function refusal(loading: Promise<unknown>): Promise<InputError> {
  const error = await loading.then(
    () => undefined,
    (cause: unknown) => cause,
  )
  if (!(error instanceof InputError)) throw new Error(`expected an InputError, got ${error}`)
  return error
}

const ESM = "import { defineConfig } from 'spenddown'\nexport default defineConfig({ journalDir: 'j' })\n"
const CJS = "const { defineConfig } = require('spenddown')\nmodule.exports = defineConfig({ journalDir: 'j' })\n"
const COMPILED =
  "Object.defineProperty(exports, '__esModule', { value: true })\nexports.default = { journalDir: 'j' }\n"
const TS = `import { defineConfig, type SpenddownConfig } from 'spenddown'
import type { Person } from './person.ts'
const journalDir: string = 'j'
export default defineConfig<Person>({ journalDir } satisfies Partial<SpenddownConfig>)
`

describe('every kind of module is loaded, and finds spenddown where it is not installed', () => {
  test.each([
    ['spenddown.config.ts', TS],
    ['spenddown.config.mts', TS],
    ['spenddown.config.js', ESM],
    ['spenddown.config.mjs', ESM],
    ['spenddown.config.js', CJS],
    ['spenddown.config.js', COMPILED],
    ['spenddown.config.js', "exports.journalDir = 'j'\n"],
    ['spenddown.config.mjs', "export default await Promise.resolve({ journalDir: 'j' })\n"],
  ])('%s: %j', async (name, text) => {
    write(name, text)
    expect(await load()).toEqual({ raw: { journalDir: 'j' }, file: join(folder, name), exposed: [] })
    expect(readdirSync(folder)).toEqual([name])
  })

  test('the presets too', async () => {
    write(
      'spenddown.config.ts',
      "import { hunter } from 'spenddown/presets'\nexport default { name: hunter({ apiKey: 'k' }).name }\n",
    )
    const index = new URL('../../../build/index.js', import.meta.url).href
    expect((await loadConfig({ cwd: folder, entry: index })).raw).toEqual({ name: 'hunter' })
  })

  test.each(['commonjs', 'module'])('in a package of type %s', async (type) => {
    write('package.json', JSON.stringify({ type }))
    write('spenddown.config.js', ESM)
    expect((await load()).raw).toEqual({ journalDir: 'j' })
  })

  test('a module that the config imports finds spenddown too', async () => {
    write('lib.ts', "import { defineConfig } from 'spenddown'\nexport const config = defineConfig({ lease: '9s' })\n")
    write('spenddown.config.ts', "import { config } from './lib.ts'\nexport default config\n")
    expect((await load()).raw).toEqual({ lease: '9s' })
  })

  test('the entry may be a path as well as a URL', async () => {
    write('entry.mjs', "export const defineConfig = () => ({ lease: 'from the entry' })\n")
    write('spenddown.config.ts', ESM)
    const { raw } = await loadConfig({ cwd: folder, entry: join(folder, 'entry.mjs') })
    expect(raw).toEqual({ lease: 'from the entry' })
  })
})

describe('.env', () => {
  const NAMES = 'export default { found: [process.env.SPENDDOWN_TEST_A, process.env.SPENDDOWN_TEST_B] }\n'

  test('reaches the config, and what is set already wins', async () => {
    write('.env', 'SPENDDOWN_TEST_A=file\nSPENDDOWN_TEST_B=file\n')
    write('spenddown.config.ts', NAMES)
    process.env.SPENDDOWN_TEST_B = 'shell'
    expect((await load()).raw).toEqual({ found: ['file', 'shell'] })
  })

  test('is read beside the config, then in the working directory', async () => {
    mkdirSync(join(folder, 'sub'))
    write('sub/.env', 'SPENDDOWN_TEST_A=sub\n')
    write('.env', 'SPENDDOWN_TEST_A=here\nSPENDDOWN_TEST_B=here\n')
    write('sub/other.ts', NAMES)
    expect((await load('sub/other.ts')).raw).toEqual({ found: ['sub', 'here'] })
  })

  test('that is malformed is refused before the config is evaluated', async () => {
    write('.env', 'what\n')
    write('spenddown.config.ts', "throw new Error('evaluated')\n")
    expect(await refusal(load())).toMatchObject({ code: 'ENV_UNREADABLE' })
  })
})

describe('what has no default export is told so', () => {
  test.each([
    ['spenddown.config.ts', 'export const config = {}\n'],
    ['spenddown.config.ts', 'export default undefined\n'],
    ['spenddown.config.ts', ''],
    ['spenddown.config.js', 'module.exports = undefined\n'],
    ['spenddown.config.mjs', 'export const config = {}\n'],
  ])('%s: %j', async (name, text) => {
    write(name, text)
    const { raw } = await load()
    expect(raw).toBeUndefined()
    expect(resolveConfig(raw, { cwd: folder, env: {} })).toMatchObject({
      problems: [{ path: 'default export', found: 'nothing', hint: 'The file has no default export.' }],
    })
  })

  test.each([
    ['export default () => ({})\n', 'a function'],
    ['export default (async () => ({}))()\n', 'a promise'],
    ["export default Promise.reject(new Error('later'))\n", 'a promise'],
    ['export default [{}]\n', 'a list'],
  ])('%j', async (text, found) => {
    write('spenddown.config.ts', text)
    expect(resolveConfig((await load()).raw, { cwd: folder, env: {} })).toMatchObject({
      problems: [{ found }],
    })
  })
})

describe('a config that cannot be loaded is told with its file, its line and the cause', () => {
  const file = () => join(folder, 'spenddown.config.ts')

  test('a syntax error', async () => {
    write('spenddown.config.ts', "export default {\n  key: 'sk_live_1',\n  list: [1, 2\n}\n")
    const error = await refusal(load())
    expect(error).toMatchObject({ code: 'CONFIG_UNREADABLE', cause: expect.any(Error) })
    expect(error.problems[0]?.path).toBe(`${file()}:4:0`)
    expect(error.problems[0]?.found).toMatch(/^ParseError: Unexpected token/)
    expect(error.message).not.toContain('sk_live_1')
  })

  test('a throw, at its line in the source', async () => {
    write('spenddown.config.ts', "interface A {\n  a: 1\n}\n\nthrow new TypeError('boom')\n")
    expect((await refusal(load())).problems[0]).toMatchObject({
      path: `${file()}:5:7`,
      found: 'TypeError: boom',
    })
  })

  test('a throw of anything', async () => {
    write('spenddown.config.ts', "throw 'just text'\n")
    expect((await refusal(load())).problems[0]).toMatchObject({ path: file(), found: 'just text' })
  })

  test('a missing import', async () => {
    write('spenddown.config.ts', "import x from './missing.ts'\nexport default x\n")
    expect((await refusal(load())).problems[0]?.found).toBe("Cannot find module './missing.ts'")
  })

  test('a syntax error in a module that it imports names that module', async () => {
    write('lib.ts', '\n\nexport const = 1\n')
    write('spenddown.config.ts', "import './lib.ts'\nexport default {}\n")
    expect((await refusal(load())).problems[0]?.path).toMatch(/lib\.ts:3:\d+$/)
  })

  test('never with a secret', async () => {
    write('.env', 'SPENDDOWN_TEST_KEY=sk_live_12345\n')
    write('spenddown.config.ts', "throw new Error('bad key ' + process.env.SPENDDOWN_TEST_KEY)\n")
    expect((await refusal(load())).message).toContain('bad key (hidden)')
  })
})

test('an entry that is not there is our fault, not the config’s', async () => {
  write('spenddown.config.ts', ESM)
  const missing = pathToFileURL(join(folder, 'missing.js')).href
  await expect(loadConfig({ cwd: folder, entry: missing })).rejects.not.toBeInstanceOf(InputError)
})

import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { loadConfig } from '../../../src/config/load/load-config.ts'
import { resolveConfig } from '../../../src/config/resolve-config.ts'
import { typeProblems } from '../../support/type-problems.ts'

const root = fileURLToPath(new URL('../../../', import.meta.url))
const pages = readdirSync(join(root, 'docs/vendors'), { encoding: 'utf8' }).filter((name) => name.endsWith('.md'))
const text = (page: string) => readFileSync(join(root, 'docs/vendors', page), 'utf8')
const configs = new Map(
  [
    ...pages.map((page) => [page, text(page)] as const),
    ['README.md', readFileSync(join(root, 'README.md'), 'utf8')],
  ].map(([page, written]) => [page, /```ts\n([^`]*spenddown\/presets[^`]*)```/.exec(written as string)?.[1] ?? '']) as [
    string,
    string,
  ][],
)

/** A folder where the package is installed, as it was built. */
const folder = mkdtempSync(join(tmpdir(), 'spenddown-pages-'))
/** `again`: the same config as a module of its own, since one is evaluated once a process. */
const fileOf = (page: string, again = '') => join(folder, page.replace(/\.md$/, again), 'spenddown.config.ts')

beforeAll(() => {
  mkdirSync(join(folder, 'node_modules'))
  symlinkSync(root, join(folder, 'node_modules/spenddown'))
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
  for (const [page, config] of configs) {
    for (const file of [fileOf(page), fileOf(page, '-again')]) {
      mkdirSync(dirname(file))
      writeFileSync(file, config)
    }
  }
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))
afterEach(() => vi.unstubAllEnvs())

/** The variables that it reads, the secret one last. */
const keysOf = (page: string) => [...new Set(text(page).match(/\b[A-Z_]+_(API_KEY|CLIENT_ID|CLIENT_SECRET)\b/g))]

describe.each(pages)('docs/vendors/%s', (page) => {
  test('its config loads as it stands, with the key that it names', async () => {
    vi.stubEnv('DATABASE_URL', 'file:./people.db')
    for (const key of keysOf(page)) vi.stubEnv(key, 'a-key-of-the-vendor')
    const { raw } = await loadConfig({ path: fileOf(page), cwd: folder, entry: join(root, 'build/index.js') })
    const resolved = resolveConfig(raw, { cwd: folder })
    expect(resolved).toMatchObject({ config: { vendor: { name: page.replace('.md', '') } } })
    expect('config' in resolved && resolved.config.secrets.all).toContainEqual(
      expect.stringContaining('a-key-of-the-vendor'),
    )
  })

  test('without its key, the config says that the secret is missing', async () => {
    vi.stubEnv('DATABASE_URL', 'file:./people.db')
    for (const key of keysOf(page)) vi.stubEnv(key, undefined)
    const { raw } = await loadConfig({ path: fileOf(page, '-again'), cwd: folder, entry: join(root, 'build/index.js') })
    const resolved = resolveConfig(raw, { cwd: folder })
    const problems = 'problems' in resolved ? resolved.problems : []
    expect(problems.length).toBeGreaterThan(0)
    for (const { path } of problems) expect(path).toMatch(/^vendor\.(headers|auth|credits\.balance\.auth)\b/)
    expect(new Set(problems.map(({ found }) => found))).toEqual(new Set(['a missing value']))
  })

  test('it names its sources, with the month in which they were read', () => {
    expect(text(page)).toMatch(/^Sources, read in \w+ 20\d\d: \[/m)
  })
})

test('the configs of the pages and of the README have the right types', () => {
  const texts = new Map([...configs].map(([page, config]) => [fileOf(page), config]))
  expect(typeProblems(texts, { typeRoots: [join(root, 'node_modules/@types')] })).toEqual([])
})

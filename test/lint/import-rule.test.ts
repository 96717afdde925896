import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeAll, describe, expect, test } from 'vitest'

const CHECK = fileURLToPath(new URL('../../scripts/check-imports.mjs', import.meta.url))
const BUILD = { include: ['src'], exclude: ['src/**/*.test.ts'] }
const folders: string[] = []

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

/** Runs the check on a project of these files (paths relative to src/). */
function check(files: Record<string, string>) {
  const root = mkdtempSync(join(tmpdir(), 'spenddown-import-rule-'))
  folders.push(root)
  writeFileSync(join(root, 'tsconfig.build.json'), JSON.stringify(BUILD))
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, 'src', path)), { recursive: true })
    writeFileSync(join(root, 'src', path), text)
  }
  const { status, stderr } = spawnSync(process.execPath, [CHECK, root], { encoding: 'utf8' })
  return { status, problems: stderr.split('\n').filter((line) => /^(src\/|import cycle)/.test(line)) }
}

test('this project keeps the rule', () => {
  const { status, stderr } = spawnSync(process.execPath, [CHECK], { encoding: 'utf8' })
  expect(stderr).toBe('')
  expect(status).toBe(0)
})

test('what the rule allows passes', () => {
  const files = {
    'main.ts': "import { cli } from './cli/cli.ts'\ncli(process.argv, process.env)\nprocess.exit(0)",
    'app/compose/a.ts':
      "import '../../store/a.ts'\nimport '../../pacing/limiter.ts'\nimport '../../refresh/run.ts'\nimport 'node:fs'",
    'app/plan/a.ts': "import '../compose/a.ts'",
    'app/run/a.ts': "import '../plan/a.ts'\nimport '../compose/a.ts'",
    'cli/cli.ts':
      "import '../app/plan/a.ts'\nimport type { Event } from '../refresh/events/events.ts'\nexport const cli = (...a: unknown[]) => a",
    'config/a.ts': 'export const home = process.env.HOME',
    'presets/a.ts': "import type { H } from '../config/a.ts'\nexport const key = process.env.KEY",
    'presets.ts': "export * from './presets/a.ts'",
    'domain/a.ts': "import { Temporal } from 'temporal-polyfill'\nexport const a = Temporal",
    'observability/a.ts': "import type { Event } from '../refresh/events/events.ts'\nimport pino from 'pino'",
    'pacing/limiter.ts': "import Bottleneck from 'bottleneck'\nimport type { Pace } from '../refresh/ports/pace.ts'",
    'refresh/events/events.ts': "export type Event = import('../domain/a.ts').a",
    'refresh/ports/pace.ts': 'export type Pace = number',
    'refresh/run.ts': "import { a } from '../domain/a.ts'",
    'schedule/cron.ts': "import cron from 'node-cron'",
    'config/schema/values/database-url.ts': "export const isPostgres = (scheme: string) => scheme === 'postgresql'",
    'store/a.ts':
      "import { C } from '../generated/sqlite/client.ts'\nimport { Prisma } from '@prisma/client'\nimport './dialect/dialect-of.ts'",
    'store/dialect/dialect-of.ts': "import './sqlite/own.ts'\nexport const a = (b: string) => b === 'sqlite'",
    'store/dialect/sqlite/own.ts': "import '../../sql.ts'\nimport '../../user-table/user-table.ts'",
    'vendors/http-client.ts': "import got from 'got'",
  }
  expect(check(files)).toEqual({ status: 0, problems: [] })
})

/** Each wrong line, in a file of its part, and what is to be said of it. */
const WRONG: [path: string, line: string, why: string][] = [
  ['domain/a.ts', "import { run } from '../refresh/run.ts'", 'domain may not import refresh/run.ts'],
  ['domain/a.ts', "import { readFileSync } from 'node:fs'", 'domain may not import node:fs'],
  ['domain/a.ts', "import { z } from 'zod'", 'domain may not import zod'],
  ['refresh/a.ts', "import { s } from '../store/a.ts'", 'refresh may not import store/a.ts'],
  ['refresh/a.ts', "import { p } from '../pacing/a.ts'", 'refresh may not import pacing/a.ts'],
  ['refresh/a.ts', "import type { C } from '../config/a.ts'", 'refresh may not import config/a.ts'],
  ['schedule/a.ts', "import { r } from '../refresh/a.ts'", 'schedule may not import refresh/a.ts'],
  ['observability/a.ts', "import { r } from '../refresh/run.ts'", 'observability may not import refresh/run.ts'],
  [
    'observability/a.ts',
    "import { e } from '../refresh/events/events.ts'",
    'observability may not import refresh/events/events.ts except its types',
  ],
  ['vendors/a.ts', "import { s } from '../store/a.ts'", 'vendors may not import store/a.ts'],
  ['store/a.ts', "import { p } from '../pacing/a.ts'", 'store may not import pacing/a.ts'],
  ['pacing/a.ts', "import { v } from '../vendors/a.ts'", 'pacing may not import vendors/a.ts'],
  ['pacing/a.ts', "import { r } from '../refresh/run.ts'", 'pacing may not import refresh/run.ts'],
  ['simulator/a.ts', "import { d } from '../domain/a.ts'", 'simulator may not import domain/a.ts'],
  ['config/a.ts', "import { s } from '../store/a.ts'", 'config may not import store/a.ts'],
  ['presets/a.ts', "import { c } from '../config/a.ts'", 'presets may not import config/a.ts except its types'],
  ['presets/a.ts', "import type { d } from '../domain/a.ts'", 'presets may not import domain/a.ts'],
  ['presets/a.ts', "import got from 'got'", 'presets may not import got'],
  ['cli/a.ts', "import { s } from '../store/a.ts'", 'cli may not import store/a.ts'],
  ['cli/a.ts', "import { r } from '../refresh/run.ts'", 'cli may not import refresh/run.ts except its types'],
  ['app/run/a.ts', "import { c } from '../../cli/a.ts'", 'app/run may not import cli/a.ts'],
  ['app/run/a.ts', "import { c } from '../../simulator/a.ts'", 'app/run may not import simulator/a.ts'],
  ['app/plan/a.ts', "import { d } from '../daemon/a.ts'", 'app/plan may not import app/daemon/a.ts'],
  [
    'app/run/a.ts',
    "import { connect } from '../../store/client.ts'",
    'only store/, app/compose/, app/report/report-worker.ts, demo/ may import more than types of store/client.ts',
  ],
  ['app/plan/a.ts', "import { p } from '../run/a.ts'", 'app/plan may not import app/run/a.ts'],
  ['app/run/a.ts', "import { p } from '../../pacing/a.ts'", 'app/run may not import pacing/a.ts'],
  [
    'pacing/a.ts',
    "import Bottleneck from 'bottleneck'",
    'only pacing/limiter.ts, pacing/shared/redis-turnstile.ts may import bottleneck',
  ],
  [
    'pacing/a.ts',
    "import x from 'bottleneck/light.js'",
    'only pacing/limiter.ts, pacing/shared/redis-turnstile.ts may import bottleneck',
  ],
  ['app/run/a.ts', "import got from 'got'", 'only vendors/ may import got'],
  ['app/run/a.ts', "import { Prisma } from '@prisma/client'", 'only store/ may import @prisma/'],
  [
    'app/run/a.ts',
    "import { C } from '../../generated/sqlite/client.ts'",
    'app/run may not import generated/sqlite/client.ts',
  ],
  ['app/run/a.ts', "import pino from 'pino'", 'only observability/ may import pino'],
  ['app/run/a.ts', "import pretty from 'pino-pretty'", 'only observability/ may import pino-pretty'],
  ['cli/a.ts', "import width from 'string-width'", 'only observability/display/ may import string-width'],
  ['app/run/a.ts', "import cron from 'node-cron'", 'only schedule/ may import node-cron'],
  ['store/a.ts', 'export const a = process.env.HOME', 'only main.ts, config/, presets/ may touch process.env'],
  ['store/a.ts', 'const { env } = process', 'only main.ts, config/, presets/ may touch process.env'],
  ['cli/a.ts', 'export const a = process.argv', 'only main.ts may touch process.argv'],
  ['cli/a.ts', 'process.exit(1)', 'only main.ts may touch process.exit'],
  ['cli/a.ts', "import { exit } from 'node:process'", 'use the global process, not an import of it'],
  ['app/run/a.ts', "import { d } from '../../store/dialect/a.ts'", 'only store/ may import store/dialect/'],
  ['store/a.ts', "import { d } from './dialect/sqlite/a.ts'", 'only store/dialect/ may import store/dialect/sqlite/'],
  ['store/dialect/a.ts', "import { c } from '../client.ts'", 'store/dialect may not import store/client.ts'],
  // A database more would silently take another's branch.
  ...[
    "export const a = (table: T) => table.dialect === 'sqlite'",
    "export const b = (dialect: D) => (dialect !== 'postgresql' ? 1 : 2)",
    "export const c = (dialect: D) => 'mysql' == dialect",
    "export const d = (dialect: D) => { switch (dialect) { case 'mariadb': return 1 } }",
  ].map((line): [string, string, string] => {
    const name = /'(.*?)'/.exec(line)?.[1]
    return ['store/c.ts', line, `only config/schema/values/database-url.ts, store/dialect/ may compare with '${name}'`]
  }),
  // No way to write an import hides it.
  ['refresh/b.ts', "export * from '../store/a.ts'", 'refresh may not import store/a.ts'],
  ['refresh/b.ts', "export { a } from '../store/a.ts'", 'refresh may not import store/a.ts'],
  ['refresh/b.ts', "export const load = () => import('../store/a.ts')", 'refresh may not import store/a.ts'],
  ['refresh/b.ts', "export type A = import('../store/a.ts').A", 'refresh may not import store/a.ts'],
  ['refresh/b.ts', "import '../store/a.ts'", 'refresh may not import store/a.ts'],
  [
    'cli/b.ts',
    "import { run, type Run } from '../refresh/run.ts'",
    'cli may not import refresh/run.ts except its types',
  ],
  [
    'cli/b.ts',
    "import run, { type Run } from '../refresh/run.ts'",
    'cli may not import refresh/run.ts except its types',
  ],
]

describe('every wrong line is refused', () => {
  const files = new Map<string, typeof WRONG>()
  for (const wrong of WRONG) files.set(wrong[0], [...(files.get(wrong[0]) ?? []), wrong])
  let problems: string[] = []

  beforeAll(() => {
    const texts = [...files].map(([path, wrong]) => [path, wrong.map(([, line]) => line).join('\n')])
    const checked = check(Object.fromEntries(texts))
    expect(checked.status).toBe(1)
    problems = checked.problems.filter((problem) => problem.startsWith('src/'))
  })

  test.each(WRONG)('%s: %s', (path, text, why) => {
    const line = files.get(path)!.findIndex(([, other]) => other === text) + 1
    expect(problems).toContain(`src/${path}:${line}: ${why}`)
  })

  test('and nothing else', () => {
    expect(problems).toHaveLength(WRONG.length)
  })
})

test('a circle of imports is told whole, and once', () => {
  const { problems } = check({
    'domain/a.ts': "import './b.ts'",
    'domain/b.ts': "import './c.ts'",
    'domain/c.ts': "import type { A } from './a.ts'",
  })
  expect(problems).toEqual(['import cycle: domain/a.ts → domain/b.ts → domain/c.ts → domain/a.ts'])
})

test('a file that belongs nowhere is told', () => {
  expect(check({ 'helpers/a.ts': '' }).problems).toEqual(['src/helpers/a.ts: belongs to no part of the import rule'])
})

test('tests import what they like', () => {
  expect(check({ 'domain/a.ts': '', 'domain/a.test.ts': "import '../store/a.ts'" }).problems).toEqual([])
})

import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import type { ImportSummary } from '../../src/index.ts'
import { type Dialect, raw } from '../../src/store/sql.ts'
import { documentOf, endAll, type Said, type Started, startCli } from '../contract/support/cli.ts'
import { idColumn } from '../integration/import/support.ts'
import { onEachDatabaseInTheLongForm, openDatabase, type TestDatabase } from '../support/databases/databases.ts'
import { INSTANT, KEY_TEXT } from '../support/databases/of-database.ts'

/** In batches so small that a process which is to be killed, or overtaken, is still far from its end then. */
const LINES = 12_000
const BATCH = ['--batch', '50']
const clearings: (() => Promise<void>)[] = []

afterEach(async () => {
  endAll()
  await Promise.all(clearings.splice(0).map((clear) => clear()))
})

const CONFIG = `export default {
  database: { url: process.env.DATABASE_URL },
  vendor: { name: 'acme', baseUrl: 'http://127.0.0.1:9', single: { request: () => ({ path: '/' }) },
    credits: { allotment: 10, cost: { per: 'match', credits: 1 } } },
  records: { table: 'people', key: 'id', refreshedAt: 'refreshed_at', update: { job_title: 'job_title' },
    import: { key: 'email', columns: { email: 'email', name: 'name', country: 'country' }, where: { includes: 'm' } } },
}`

/** New people, people again with another name, bad lines, values that the database refuses, and lines that do not matter. */
function lineAt(at: number): string {
  if (at % 97 === 5) return '{"email": "half'
  if (at % 211 === 7) return '{}'
  const email = at % 10 === 9 ? `p${at - 1_000}@example.com` : `p${at}@example.com`
  return JSON.stringify({ email, name: `Name ${at}`, country: at % 401 === 3 ? 'refused' : 'US' })
}

interface Bench {
  readonly database: TestDatabase
  readonly file: string
  start(...flags: string[]): Started
  people(): Promise<Record<string, unknown>[]>
  rejects(): string
}

async function setUp(dialect: Dialect, lines = LINES): Promise<Bench> {
  const database = await openDatabase(dialect)
  const cwd = mkdtempSync(join(tmpdir(), 'spenddown-import-crash-'))
  clearings.push(async () => {
    await database.drop()
    rmSync(cwd, { recursive: true, force: true })
  })
  await database.connection.client.$executeRaw(
    raw(`CREATE TABLE people (${idColumn(dialect)}, email ${KEY_TEXT[dialect]} NOT NULL UNIQUE, name text, country text CHECK (country <> 'refused'),
      job_title text, refreshed_at ${INSTANT[dialect]})`),
  )
  writeFileSync(join(cwd, 'spenddown.config.mjs'), CONFIG)
  const file = join(cwd, 'people.jsonl')
  writeFileSync(file, Array.from({ length: lines }, (_, at) => `${lineAt(at)}\n`).join(''))
  const rejects = `${file}.rejects.jsonl`
  return {
    database,
    file,
    start: (...flags) =>
      startCli(['import', file, '--verbose', '--json', ...BATCH, ...flags], {
        cwd,
        env: { DATABASE_URL: database.url },
      }),
    people: () =>
      database.connection.client.$queryRaw(raw('SELECT email, name, country, refreshed_at FROM people ORDER BY email')),
    rejects: () => (existsSync(rejects) ? readFileSync(rejects, 'utf8') : ''),
  }
}

const committed = (started: Started) => started.stderr().split('a batch is in the table').length - 1

/** Waits until the process has committed so many batches, and so many ms more; or until it has ended. */
async function until(started: Started, batches: number, moreMs: number): Promise<void> {
  let ended = false
  void started.ended.then(() => {
    ended = true
  })
  while (!ended && committed(started) < batches) await new Promise((resolve) => setTimeout(resolve, 1))
  await new Promise((resolve) => setTimeout(resolve, moreMs))
}

async function summaryOf(started: Started): Promise<{ said: Said; summary: ImportSummary }> {
  const said = await started.ended
  return { said, summary: documentOf<ImportSummary & Record<string, unknown>>(said) }
}

/** What does not depend on how often it was interrupted. */
function lasting({
  seconds: _seconds,
  resumedAtLine: _resumed,
  file: _file,
  rejectsFile: _rejects,
  ...rest
}: ImportSummary) {
  return rest
}

onEachDatabaseInTheLongForm('postgresql', (dialect) => {
  test('killed again and again, it ends as if nothing had happened', async () => {
    const [calm, killed] = [await setUp(dialect), await setUp(dialect)]
    const whole = await summaryOf(calm.start())
    expect(whole.said.code).toBe(0)
    expect(whole.summary).toMatchObject({ read: LINES, skipped: expect.any(Number) })
    expect(whole.summary.rejected).toBeGreaterThan(100)
    let kills = 0
    for (const [batches, moreMs] of [
      [1, 0],
      [3, 4],
      [2, 11],
      [5, 1],
      [2, 7],
      [4, 23],
    ] as const) {
      const started = killed.start()
      await until(started, batches + 1, moreMs)
      started.kill('SIGKILL')
      if ((await started.ended).code === null) kills += 1
    }
    expect(kills).toBeGreaterThan(3)
    const last = await summaryOf(killed.start())
    expect(last.said.code).toBe(0)
    expect(last.summary.resumedAtLine).toBeGreaterThan(1)
    expect(lasting(last.summary)).toEqual(lasting(whole.summary))
    expect(await killed.people()).toEqual(await calm.people())
    expect(killed.rejects()).toBe(calm.rejects())
  })

  test('a signal stops it with 3, and the same command goes on', async () => {
    const bench = await setUp(dialect)
    const started = bench.start()
    await until(started, 3, 0)
    started.kill('SIGTERM')
    const { said, summary } = await summaryOf(started)
    expect(said.code).toBe(3)
    expect(summary).toMatchObject({ status: 'stopped', stopReason: 'interrupted' })
    const next = await summaryOf(bench.start())
    expect(next.said.code).toBe(0)
    expect(next.summary).toMatchObject({ status: 'completed', resumedAtLine: summary.nextLine, read: LINES })
  })

  test('two at once: one of them stops, and nothing goes in twice', async () => {
    const bench = await setUp(dialect, 5 * LINES)
    const first = bench.start()
    await until(first, 2, 0)
    const second = await summaryOf(bench.start())
    expect(second.said.code).toBe(0)
    expect(second.summary).toMatchObject({ status: 'completed', read: 5 * LINES })
    const said = await first.ended
    expect(said.code).toBe(1)
    expect(documentOf(said)).toMatchObject({ error: { code: 'IMPORT_TAKEN' } })
    expect(bench.rejects().trim().split('\n')).toHaveLength(second.summary.rejected)
  })
})

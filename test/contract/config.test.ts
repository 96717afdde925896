import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Problem } from '../../src/index.ts'
import { databases, onEachDatabase } from '../support/databases/databases.ts'
import { MYSQL_URL } from '../support/databases/mysql-url.ts'
import { POSTGRES_URL } from '../support/databases/postgres-url.ts'
import { cli, documentOf } from './support/cli.ts'
import { configText, type Office, openOffice, type Parts, SECRET } from './support/office.ts'

onEachDatabase((dialect) => {
  let office: Office
  beforeAll(async () => {
    office = await openOffice(dialect, 3)
  })
  afterAll(() => office.close())

  /** What is wrong, by path. */
  async function problems(parts: Parts, env: Record<string, string> = {}): Promise<Record<string, Problem>> {
    office.configure(parts)
    const said = await cli(['run', '--json'], { cwd: office.cwd, env: { ...office.env, ...env } })
    expect(said.code, said.stdout).toBe(2)
    expect(`${said.stdout}${said.stderr}`).not.toContain(SECRET)
    const { error } = documentOf<{ error: { problems: Problem[] } }>(said)
    for (const problem of error.problems) expect(said.stderr).toContain(problem.path)
    return Object.fromEntries(error.problems.map((problem) => [problem.path, problem]))
  }

  test('a table that does not exist is told with the nearest name, and its columns with theirs', async () => {
    const missing = await problems({ records: `table: 'poeple',` })
    expect(missing['records.table']).toMatchObject({
      found: expect.stringContaining('poeple'),
      hint: expect.stringContaining('people'),
    })
    const columns = await problems({ records: `key: 'country', update: { job_titel: 'x', note: 'y' },` })
    expect(columns['records.key']).toMatchObject({
      found: expect.stringContaining('not unique'),
      hint: expect.stringContaining('id'),
    })
  })

  if (dialect !== 'sqlite') return

  test('every problem at once: path, what was found, what is allowed, a suggestion', async () => {
    const found = await problems(
      {
        vendor: `basUrl: 'x', timeoutMs: 'soon', limits: { perSeconds: 3 },`,
        credits: `cost: { per: 'person', credits: 1 },`,
        records: `update: { id: 'x', job_title: 3 },`,
        jobs: `'month-end': { budget: 'everything', reserve: -1, where: 7 }`,
        top: `recods: {},`,
      },
      { ACME_API_KEY: '' },
    )
    for (const { found: what, allowed } of Object.values(found))
      expect([what, allowed]).toEqual([expect.any(String), expect.any(String)])
    expect(found).toMatchObject({
      recods: { hint: expect.stringContaining('records') },
      'vendor.basUrl': { hint: expect.stringContaining('baseUrl') },
      'vendor.timeoutMs': { found: '"soon"' },
      'vendor.limits.perSeconds': { hint: expect.stringContaining('perSecond') },
      'vendor.credits.cost.per': { found: '"person"', allowed: expect.stringContaining('match') },
      'records.update.job_title': {},
    })
    const paths = Object.keys(found)
    const elsewhere = [/^vendor\.headers.*x-api-key/, /^jobs.*month-end.*budget$/, /^jobs.*reserve$/, /^jobs.*where$/]
    expect(paths).toEqual(expect.arrayContaining(elsewhere.map((path) => expect.stringMatching(path))))
    expect(office.vendor.stats.calls).toBe(0)
  })

  test('an update of the key is refused', async () => {
    const found = await problems({ records: `update: { id: 'x', job_title: 'job_title' },` })
    expect(found).toMatchObject({ 'records.update.id': { found: expect.stringContaining('key') } })
  })

  test('problems of the config and of the table are told together', async () => {
    const found = await problems({ top: 'jbs: {},', records: `key: 'country', update: { job_titel: 'x' },` })
    expect(Object.keys(found).toSorted()).toEqual(['jbs', 'records.key', 'records.update.job_titel'])
  })

  test('a SQLite file that is missing is not made', async () => {
    office.configure({})
    const env = { ...office.env, DATABASE_URL: 'file:./missing.db' }
    const said = await cli(['run', '--json'], { cwd: office.cwd, env })
    expect(said.code, said.stderr).toBe(2)
    expect(documentOf(said)).toMatchObject({
      error: { code: 'DATABASE_NOT_FOUND', problems: [{ path: 'database.url' }] },
    })
    expect(existsSync(join(office.cwd, 'missing.db'))).toBe(false)
  })

  test('a SQLite file is neither made where there is no folder nor looked for in one', async () => {
    office.configure({})
    const refused: [string, string][] = [
      ['file:./no/folder.db', 'no folder at'],
      ['file:.', 'a folder at'],
    ]
    for (const [url, found] of refused) {
      const said = await cli(['migrate', '--json'], { cwd: office.cwd, env: { ...office.env, DATABASE_URL: url } })
      expect(said.code, said.stderr).toBe(2)
      expect(documentOf(said)).toMatchObject({
        error: {
          code: 'DATABASE_NOT_FOUND',
          problems: [{ path: 'database.url', found: expect.stringContaining(found) }],
        },
      })
    }
  })

  test('no source for the budget is refused', async () => {
    const parts = { credits: 'balance: undefined, remaining: undefined,' }
    expect(Object.keys(await problems(parts))).toEqual(['vendor.credits'])
  })

  test.each(['ts', 'mts', 'js'])('spenddown.config.%s is read', async (extension) => {
    rmSync(join(office.cwd, 'spenddown.config.mjs'), { force: true })
    const file = join(office.cwd, `spenddown.config.${extension}`)
    const typed = `const table: string = 'people'\n${configText({ records: 'table,' })}`
    writeFileSync(file, extension === 'js' ? configText({}) : typed)
    const said = await office.cli(['runs', '--json'])
    rmSync(file)
    expect(said.code, said.stderr).toBe(0)
    expect(documentOf(said)).toHaveProperty('runs')
  })

  test('--config names another file, .env holds the secrets, and what is set wins over it', async () => {
    const { ACME_API_KEY: _key, ...env } = office.env
    writeFileSync(join(office.cwd, 'other.mjs'), configText({ jobs: 'other: {}' }))
    writeFileSync(join(office.cwd, '.env'), `# ours\nACME_API_KEY="${SECRET}"\nVENDOR_URL=http://127.0.0.1:1\n`, {
      mode: 0o644,
    })
    const said = await cli(['run', '--config', 'other.mjs', '--json'], { cwd: office.cwd, env })
    const ticked = await cli(['tick', '--config', 'other.mjs', '--json'], { cwd: office.cwd, env })
    const examined = await cli(['doctor', '--config', 'other.mjs', '--json'], { cwd: office.cwd, env })
    rmSync(join(office.cwd, '.env'))
    for (const { stderr } of [said, ticked]) expect(stderr.match(/others may read this file/g)).toHaveLength(1)
    expect(examined.stderr).not.toContain('others may read')
    expect(documentOf(examined).findings).toContainEqual(
      expect.objectContaining({ check: 'config', ok: true, mend: expect.stringMatching(/^chmod 600 .*\.env$/) }),
    )
    expect(said.code, said.stderr).toBe(0)
    expect(documentOf(said)).toMatchObject({ job: 'other', records: { refreshed: 3 } })
  })
})

describe('a database that cannot be used', () => {
  const password = 'hunter2-hunter2'
  let office: Office
  beforeAll(async () => {
    office = await openOffice('sqlite', 1)
  })
  afterAll(() => office.close())

  async function runOn(url: string) {
    const said = await cli(['run', '--json', '--verbose'], {
      cwd: office.cwd,
      env: { ...office.env, DATABASE_URL: url },
    })
    expect(`${said.stdout}${said.stderr}`).not.toContain(password)
    expect(said.stderr).not.toContain('    at ')
    return said
  }

  test('3 where no server answers: it may be back later', async () => {
    const said = await runOn(`postgresql://postgres:${password}@127.0.0.1:1/nowhere`)
    expect(said.code, said.stderr).toBe(3)
    expect(documentOf(said)).toMatchObject({ error: { code: 'DATABASE_UNAVAILABLE' } })
  })

  test('2 where the file is no database', async () => {
    writeFileSync(join(office.cwd, 'notes.db'), 'Buy milk. '.repeat(500))
    const said = await runOn('file:./notes.db')
    expect(said.code, said.stderr).toBe(2)
    expect(documentOf(said)).toMatchObject({
      error: { code: 'DATABASE_REFUSED', problems: [{ path: 'database.url' }] },
    })
  })

  for (const [dialect, server] of [
    ['postgresql', POSTGRES_URL],
    ['mysql', MYSQL_URL],
  ] as const) {
    if (!databases.includes(dialect)) continue
    test(`2 where the server has no such database: ${dialect}`, async () => {
      const url = new URL(server)
      url.pathname = '/spenddown_never_made'
      const said = await runOn(url.href)
      expect(said.code, said.stderr).toBe(2)
      expect(documentOf(said)).toMatchObject({ error: { code: 'DATABASE_REFUSED' } })
    })
  }
})

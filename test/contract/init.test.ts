import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, onTestFinished, test } from 'vitest'
import { KNOWN_PRESETS } from '../../src/presets/known-presets.ts'
import type { DialectName } from '../../src/simulator/dialects/dialects.ts'
import { startVendor } from '../../src/simulator/vendor.ts'
import { type Dialect, raw } from '../../src/store/sql.ts'
import { makePeople } from '../integration/support/people.ts'
import { onEachDatabase, openDatabase } from '../support/databases/databases.ts'
import { INSTANT } from '../support/databases/of-database.ts'
import { atTerminal, hasTerminal } from '../support/machine/pseudo-terminal.ts'
import { cli, documentOf, endAll, MAIN } from './support/cli.ts'

afterEach(endAll)

/** An empty folder, and a database of people. */
async function newcomer(dialect: Dialect, people = 6) {
  const database = await openDatabase(dialect)
  await makePeople(database, people)
  const cwd = mkdtempSync(join(tmpdir(), 'spenddown-init-'))
  onTestFinished(async () => {
    await database.drop()
    rmSync(cwd, { recursive: true, force: true })
  })
  const execute = (statement: string) => database.connection.client.$executeRaw(raw(statement))
  const init = (args: readonly string[] = [], env = {}) =>
    cli(['init', '--database', database.url, ...args], { cwd, env })
  const text = (file = 'spenddown.config.ts') => readFileSync(join(cwd, file), 'utf8')
  return { cwd, database, execute, init, text, files: () => readdirSync(cwd).sort() }
}

async function vendorOf(dialect: DialectName) {
  const vendor = await startVendor({ dialect, apiKey: 'a-key-of-the-vendor', allotment: 100 })
  onTestFinished(() => vendor.close())
  return vendor
}

/** What leads to the vendor's API within its host. */
const API: Readonly<Record<string, string>> = { rocketreach: '/api/v2' }
/**
 * ZoomInfo and IPinfo are also asked at another host, for a token and for the balance, and FullEnrich is asked after jobs
 * twice a minute: what they answer is tried without processes (test/integration/presets).
 */
const ELSEWHERE = ['zoominfo', 'ipinfo', 'fullenrich']
const tried = KNOWN_PRESETS.filter(({ name }) => !ELSEWHERE.includes(name))

describe.each(tried)('init --preset $name', ({ name, apiKey }) => {
  test('plan and try work with its config, as it is', async () => {
    const vendor = await vendorOf(name as DialectName)
    const { cwd, execute, init } = await newcomer('sqlite')
    await execute('ALTER TABLE people ADD COLUMN linkedin_url TEXT')
    await execute("UPDATE people SET linkedin_url = 'https://www.linkedin.com/in/p' || id")
    const said = await init([
      '--table',
      'people',
      '--preset',
      name,
      '--base-url',
      `${vendor.url}${API[name] ?? ''}`,
      '--yes',
      '--json',
    ])
    expect(said.code, said.stderr).toBe(0)
    expect(documentOf(said)).toMatchObject({ table: 'people', key: 'id', refreshedAt: 'refreshed_at', preset: name })
    const env = { [apiKey]: 'a-key-of-the-vendor' }
    const plan = await cli(['plan', '--json'], { cwd, env })
    expect(plan.code, plan.stderr).toBe(0)
    expect(documentOf(plan)).toMatchObject({ records: { eligible: 6 } })
    const tried = await cli(['try', '--yes', '--json'], { cwd, env })
    expect(tried.code, tried.stderr).toBe(0)
    expect(documentOf(tried)).toMatchObject({ outcome: 'refreshed' })
    expect(vendor.bill.totals().charges).toBe(1)
  })
})

onEachDatabase((dialect) => {
  test('by its proposals alone: table, key, refreshedAt, preset; doctor and plan find nothing wrong', async () => {
    const vendor = await vendorOf('people-data-labs')
    const { cwd, execute, init, text } = await newcomer(dialect)
    await execute('CREATE TABLE orders (id INTEGER PRIMARY KEY, title TEXT)')
    const env = { PDL_API_KEY: 'a-key-of-the-vendor' }
    const said = await init(['--base-url', vendor.url, '--preset', 'people-data-labs'], env)
    expect(said.code, said.stderr).toBe(0)
    expect(said.stdout).toMatch(/next:\n {2}spenddown doctor\n {2}spenddown try\n {2}spenddown plan\n$/)
    expect(text()).toContain("table: 'people'")
    expect(text()).toContain("// note: '…',")
    expect(text()).not.toContain('a-key-of-the-vendor')
    for (const command of ['doctor', 'plan']) {
      const { code, stdout, stderr } = await cli([command], { cwd, env })
      expect(code, stdout + stderr).toBe(0)
    }
  })

  test('a vendor without a preset: the config loads as it is, and try shows the request', async () => {
    const vendor = await vendorOf('spenddown')
    const { cwd, execute, init, text } = await newcomer(dialect)
    await execute('ALTER TABLE people RENAME COLUMN email TO "the person\'s address"')
    const where = ['--table', 'people', '--base-url', vendor.url, '--path', '/v1/enrich', '--yes']
    const unknown = await init(where)
    expect(unknown.code).toBe(2)
    expect(unknown.stderr).toContain('--lookup: found nothing')
    const said = await init([...where, '--lookup', "email=the person's address"])
    expect(said.code, said.stderr).toBe(0)
    const shown = await cli(['try', '--show-request'], { cwd })
    expect(shown.stdout, shown.stderr).toContain(`curl -X GET '${vendor.url}/v1/enrich?email=p1%40example.com'`)
    expect(text('.env')).not.toContain('VENDOR_API_KEY')
  })

  test('a table without such a column: what to add is said, in the words of the database', async () => {
    const { execute, init, text } = await newcomer(dialect)
    await execute('ALTER TABLE people DROP COLUMN refreshed_at')
    const said = await init(['--preset', 'hunter', '--json'])
    const type = INSTANT[dialect]
    const statement = expect.stringMatching(
      new RegExp(`ALTER TABLE .*["\`]people["\`] ADD COLUMN refreshed_at ${type.replace(/[()]/g, '\\$&')};`),
    )
    expect(documentOf(said)).toMatchObject({ refreshedAt: null, notes: expect.arrayContaining([statement]) })
    expect(text()).toContain("// refreshedAt: 'refreshed_at',")
  })
})

test("a Prisma user's names lead to the tables and columns that they stand for", async () => {
  const { cwd, init, text } = await newcomer('sqlite')
  mkdirSync(join(cwd, 'prisma'))
  const model = 'model Person {\n id Int @id\n jobTitle String? @map("job_title")\n company String?\n'
  const fields = ' seen DateTime? @map("refreshed_at")\n mail String? @map("email")\n @@map("people")\n}\n'
  writeFileSync(join(cwd, 'prisma', 'schema.prisma'), model + fields)
  const names = ['--table', 'Person', '--refreshed-at', 'seen', '--lookup', 'mail', '--columns', 'jobTitle,company']
  const said = await init(['--preset', 'hunter', ...names, '--json'])
  expect(said.code, said.stderr).toBe(0)
  const lookup = [{ part: 'email', column: 'email' }]
  expect(documentOf(said)).toMatchObject({ table: 'people', key: 'id', refreshedAt: 'refreshed_at', lookup })
  expect(text()).toContain("job_title: '")
  const wrong = await init(['--preset', 'hunter', '--table', 'Persons', '--config', 'other.ts', '--yes'])
  expect(wrong.stderr).toContain('--table: found ')
})

describe('nothing is overwritten', () => {
  test.each(['spenddown.config.ts', 'spenddown.config.mjs'])('%s: exit 2, before any question', async (name) => {
    const { cwd, init, files, text } = await newcomer('sqlite')
    writeFileSync(join(cwd, name), 'export default {}')
    const said = await init(['--preset', 'hunter', '--yes', '--json'])
    expect(said.code).toBe(2)
    expect(documentOf(said)).toMatchObject({ error: { code: 'INIT_REFUSED', problems: [{ path: '--config' }] } })
    expect(files()).toEqual([name])
    expect(text(name)).toBe('export default {}')
  })

  test('.env stays as it is, and the lines that it lacks are told, without the password', async () => {
    const { cwd, init, text } = await newcomer('sqlite')
    writeFileSync(join(cwd, '.env'), 'OTHER=1\n')
    const said = await init(['--preset', 'hunter'])
    expect(said.code, said.stderr).toBe(0)
    expect(said.stdout).toContain('DATABASE_URL=file:')
    expect(said.stdout).toContain('HUNTER_API_KEY=')
    expect(text('.env')).toBe('OTHER=1\n')
    expect(existsSync(join(cwd, 'spenddown.config.ts'))).toBe(true)
  })
})

test('.env is for its owner alone; git that would take it in is told of', async () => {
  const { cwd, init } = await newcomer('sqlite')
  execFileSync('git', ['init', '-q'], { cwd })
  const said = await init(['--preset', 'hunter'])
  expect(statSync(join(cwd, '.env')).mode & 0o777).toBe(0o600)
  expect(said.stdout).toContain('add a line `.env` to .gitignore')
})

test.each([
  [['--preset', 'pdl-labs'], '--preset', 'people-data-labs, hunter'],
  [['--preset', 'hunters'], '--preset', 'Did you mean hunter?'],
  [['--preset', 'hunter', '--table', 'poeple'], '--table', 'Did you mean `people`?'],
  [['--preset', 'hunter', '--key', 'country'], '--key', 'not unique'],
  [['--preset', 'hunter', '--refreshed-at', 'id'], '--refreshed-at', 'the key'],
  [['--preset', 'hunter', '--lookup', 'e_mail'], '--lookup', 'Did you mean `email`?'],
  [['--preset', 'hunter', '--columns', 'job_titel'], '--columns', 'Did you mean `job_title`?'],
  [['--preset', 'hunter', '--columns', 'note'], '--columns', 'COLUMN=PATH'],
  [['--path', '/v1/enrich'], '--base-url', 'found nothing'],
  [['--base-url', 'api.acme.example', '--path', '/x'], '--base-url', 'absolute http(s) URL'],
])('%j: exit 2 names %s, and nothing is written', async (args, flag, words) => {
  const { init, files } = await newcomer('sqlite')
  const said = await init([...args, '--yes'])
  expect(said.code).toBe(2)
  expect(said.stderr).toContain(`  ${flag}: found `)
  expect(said.stderr).toContain(words)
  expect(files()).toEqual([])
})

test('without a database to be found: exit 2 names the flag; the only file of one is proposed', async () => {
  const { cwd, files } = await newcomer('sqlite')
  const none = await cli(['init', '--yes'], { cwd })
  expect(none.code).toBe(2)
  expect(none.stderr).toContain('--database: found nothing')
  const missing = await cli(['init', '--yes', '--database', 'file:./none.db'], { cwd })
  expect(missing.stderr).toContain('--database: found no file at')
  expect(missing.code).toBe(2)
  expect(files()).toEqual([])
})

describe.skipIf(!hasTerminal)('on a terminal', () => {
  const seat = { columns: 160, rows: 60 }
  const isAsked = (words: string) => (lines: readonly string[]) => lines.at(-1)?.startsWith(words) === true

  test('it asks; Enter takes the proposal, and a wrong answer is asked again', async () => {
    const { cwd, database, text } = await newcomer('sqlite')
    const env = { DATABASE_URL: database.url, PDL_API_KEY: 'a-key-of-the-vendor' }
    const asked = atTerminal(`node ${MAIN} init`, { ...seat, cwd, env })
    const answered = async (words: string, keys: string) => {
      await asked.until(isAsked(words))
      asked.type(keys)
    }
    await answered('Database', '\r')
    await answered('Table [people]', 'poeple\r')
    await asked.until((lines) => lines.some((line) => line.includes('Did you mean `people`?')))
    await answered('Table [people]', '\r')
    await answered('Its key [id]', '\r')
    await answered('Column that says when a record was last refreshed, or none [refreshed_at]', '\r')
    await answered('Preset of the vendor', '\r')
    await answered('Columns by which the vendor finds a person [email]', '\r')
    await answered('Columns to refresh [job_title,company,country]', 'job_title\r')
    expect(await asked.ended).toBe(0)
    expect(text()).toContain("job_title: 'job_title',")
    expect(text()).toContain('vendor: peopleDataLabs({')
    expect(asked.written()).toMatch(/people {2}6 rows/)
  })

  test.each(['\u0003', '\u0004'])('%j leaves nothing behind: exit 3', async (keys) => {
    const { cwd, database, files } = await newcomer('sqlite')
    const asked = atTerminal(`node ${MAIN} init --database ${database.url}`, { ...seat, cwd, env: {} })
    await asked.until(isAsked('Table'))
    asked.type(keys)
    expect(await asked.ended).toBe(3)
    expect(asked.written()).toContain('nothing was written')
    expect(files()).toEqual([])
  })
})

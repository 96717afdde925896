import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import type { Finding } from '../../src/app/health/diagnosis.ts'
import { raw } from '../../src/store/sql.ts'
import { scriptedVendor } from '../integration/support/scripted-vendor.ts'
import { ownTable } from '../support/databases/of-database.ts'
import { cli, documentOf } from './support/cli.ts'
import { inEachOffice, offices } from './support/in-offices.ts'
import { type Office, SECRET } from './support/office.ts'

async function examined(office: Office, env = {}) {
  const said = await cli(['doctor', '--json'], { cwd: office.cwd, env: { ...office.env, ...env } })
  const { ok, findings } = documentOf<{ ok: boolean; findings: Finding[] }>(said)
  const wrong = findings.filter((finding) => !finding.ok)
  for (const { mend } of wrong) expect(mend).not.toBeNull()
  return { code: said.code, ok, findings, wrong }
}

inEachOffice('postgresql', (open, dialect) => {
  test('all is fine: exit 0; nothing is spent, and nothing is changed', async () => {
    const office = await open(10)
    office.configure({ jobs: `'month-end': { schedule: { beforeReset: '12h' } }` })
    const { code, ok, findings, wrong } = await examined(office)
    expect({ code, ok, wrong }).toEqual({ code: 0, ok: true, wrong: [] })
    const checks = [
      'config',
      'database',
      ...(dialect === 'sqlite' ? [] : ['clock']),
      'migrations',
      'table',
      'rights',
      'index',
    ]
    expect(findings.map(({ check }) => check)).toEqual([...checks, 'vendor', 'clock', 'schedule'])
    expect(findings.at(-1)?.found).toMatch(/^month-end: wait · due at /)
    expect(office.vendor.stats).toMatchObject({ calls: 0 })
    const { client } = office.database.connection
    const run = ownTable(dialect, 'run')
    await expect(client.$queryRaw(raw(`SELECT no FROM ${run}`))).rejects.toThrow()
    const { stdout } = await office.cli(['doctor'])
    expect(stdout).toMatch(/^fine {2}config {5}sound\n/)
  })

  if (dialect !== 'sqlite')
    test('a user who may not write: what to grant, and then a run goes through', async () => {
      const office = await open(6)
      expect((await office.cli(['migrate'])).code).toBe(0)
      const { client } = office.database.connection
      const role = `spenddown_test_${randomBytes(6).toString('hex')}`
      const url = new URL(office.database.url)
      url.username = role
      url.password = ''
      const env = { ...office.env, DATABASE_URL: url.href }
      const make = dialect === 'mysql' ? `CREATE USER ${role}` : `CREATE ROLE ${role} LOGIN`
      const drop = dialect === 'mysql' ? [`DROP USER ${role}`] : [`DROP OWNED BY ${role}`, `DROP ROLE ${role}`]
      const grants = [`GRANT SELECT ON people TO ${role}`, `GRANT UPDATE ON people TO ${role}`]
      for (const statement of [make, ...grants]) await client.$executeRaw(raw(statement))
      try {
        const denied = await cli(['run', '--json'], { cwd: office.cwd, env })
        expect(denied.code, denied.stderr).toBe(2)
        expect(documentOf(denied)).toMatchObject({ error: { code: 'DATABASE_DENIED' } })
        expect(denied.stderr).not.toMatch(/prisma|\n {4}at /i)
        const { wrong } = await examined(office, env)
        const mend = wrong.find(({ check }) => check === 'rights')?.mend ?? ''
        for (const statement of mend.replace(/ \(as .*\)/, '').split('; ')) await client.$executeRaw(raw(statement))
        expect((await examined(office, env)).wrong).toEqual([])
        expect((await cli(['run'], { cwd: office.cwd, env })).code).toBe(0)
      } finally {
        for (const statement of drop) await client.$executeRaw(raw(statement))
      }
    })

  if (dialect === 'postgresql')
    test('a server that takes no writes, such as a standby', async () => {
      const office = await open(6)
      const env = { DATABASE_URL: `${office.database.url}?options=-c%20default_transaction_read_only%3Don` }
      const { code, wrong } = await examined(office, env)
      expect(code).toBe(2)
      expect(wrong).toMatchObject([{ check: 'database', found: expect.stringContaining('takes no writes') }])
    })

  test('a large table without an index: the statement that makes one', async () => {
    const office = await open(60_000)
    if (dialect !== 'sqlite')
      await office.database.connection.client.$executeRaw(
        raw(dialect === 'mysql' ? 'ANALYZE TABLE people' : 'ANALYZE people'),
      )
    const { code, wrong } = await examined(office)
    expect(code).toBe(2)
    expect(wrong).toMatchObject([
      { check: 'index', mend: expect.stringMatching(/^CREATE INDEX .*people_refreshed_at/) },
    ])
    await office.database.connection.client.$executeRaw(raw(wrong[0]?.mend ?? ''))
    expect(await examined(office)).toMatchObject({ code: 0 })
  })
})

const open = offices('sqlite')

test('credentials that the vendor refuses', async () => {
  const office = await open(3)
  office.vendor.behave({ apiKey: 'another' })
  const { code, wrong } = await examined(office)
  expect(code).toBe(2)
  expect(wrong).toMatchObject([{ check: 'vendor', mend: expect.stringContaining('credentials') }])
})

test('a vendor that cannot be reached, and a database that is not there: both are told', async () => {
  const office = await open(3)
  const { code, wrong } = await examined(office, { VENDOR_URL: 'http://127.0.0.1:1', DATABASE_URL: 'file:./no.db' })
  expect(code).toBe(2)
  expect(wrong.map(({ check }) => check)).toEqual(['database', 'vendor'])
})

test('a vendor whose clock is an hour behind', async () => {
  const office = await open(3)
  const { url } = await scriptedVendor(() => ({
    headers: { date: new Date(Date.now() - 3_600_000).toUTCString() },
    body: { credits: { remaining: 5 } },
  }))
  const { code, wrong } = await examined(office, { VENDOR_URL: url })
  expect(code).toBe(2)
  expect(wrong).toMatchObject([
    { check: 'clock', found: expect.stringMatching(/^the clock of the vendor is (59 min|1 h)/) },
  ])
})

test('the reply that the balance was read from is shown, without its secrets', async () => {
  const office = await open(3)
  const { url } = await scriptedVendor(() => ({ body: { credits: { remaining: 5, limit: 90 }, key: SECRET } }))
  const { findings } = await examined(office, { VENDOR_URL: url })
  const found = findings.find(({ check }) => check === 'vendor')?.found
  expect(found).toContain('answers; balance 5; it answered 200: {"credits":{"remaining":5,"limit":90}')
  expect(JSON.stringify(findings)).not.toContain(SECRET)
})

test('a column that is not there', async () => {
  const office = await open(3)
  office.configure({ records: `dedupeBy: ['mail'],` })
  const { wrong } = await examined(office)
  expect(wrong).toMatchObject([{ check: 'table', found: expect.stringContaining('records.dedupeBy') }])
})

test('a run that failed and waits for a person', async () => {
  const office = await open(12, { faults: { html: { rate: 1 } } })
  const resetAt = Date.now() + 3_600_000
  office.configure({
    credits: `cycle: { resetsAt: () => new Date(${resetAt}) },`,
    jobs: `'month-end': { schedule: { beforeReset: '12h' } }`,
  })
  expect((await office.cli(['tick', '--json'])).code).toBe(1)
  const { wrong } = await examined(office)
  expect(wrong).toMatchObject([{ check: 'schedule', found: expect.stringContaining('needs a person') }])
})

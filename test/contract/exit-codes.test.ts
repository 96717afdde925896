import { afterAll, beforeAll, expect, test } from 'vitest'
import { cli, documentOf, linesOf } from './support/cli.ts'
import { offices } from './support/in-offices.ts'
import { type Office, openOffice } from './support/office.ts'

/** So slow that the other process finds the first one at work; made quick again afterwards. */
const SLOW = { latencyMs: 500 }
const QUICK = { latencyMs: 0 }

const open = offices('sqlite')
let shared: Office
beforeAll(async () => {
  shared = await openOffice('sqlite', 1)
})
afterAll(() => shared.close())

test('3 and interrupted after a signal; run says so and resumes, and then exits 0', async () => {
  const office = await open(200, SLOW)
  const first = office.start(['run', '--json'])
  await expect.poll(() => office.vendor.bill.totals().charges).toBeGreaterThan(15)
  first.kill('SIGTERM')
  office.vendor.behave(QUICK)
  const stopped = await first.ended
  expect(stopped.code, stopped.stderr).toBe(3)
  const before = documentOf<{ runId: string }>(stopped)
  expect(before).toMatchObject({ status: 'stopped', stopReason: 'interrupted' })
  const second = await office.cli(['run', '--json'])
  expect(second.code, second.stderr).toBe(0)
  expect(documentOf(second)).toMatchObject({ runId: before.runId, status: 'completed', records: { refreshed: 200 } })
  expect(linesOf(second)).toContainEqual(expect.objectContaining({ msg: 'resuming an interrupted run' }))
  expect(office.vendor.bill.totals()).toMatchObject({ lookupCredits: 200, mostChargesOfARecord: 1 })
  expect((await office.cli(['resume', before.runId])).code).toBe(2)
})

test('4 where another process holds the lease', async () => {
  const office = await open(200, SLOW)
  const first = office.start(['run'])
  await expect.poll(() => office.vendor.stats.calls).toBeGreaterThan(0)
  const second = await office.cli(['run', '--json'])
  expect(second.code, second.stdout).toBe(4)
  expect(documentOf(second)).toMatchObject({ error: { code: expect.stringContaining('LEASE') } })
  first.kill('SIGTERM')
  expect((await first.ended).code).toBe(3)
})

test('3 where the database cannot be reached, in words, with what to do', async () => {
  const env = { ...shared.env, DATABASE_URL: 'postgresql://nobody@127.0.0.1:1/none' }
  const said = await cli(['run'], { cwd: shared.cwd, env })
  expect(said.code, said.stderr).toBe(3)
  expect(said.stderr).toContain("the database is not available: Can't reach database server at 127.0.0.1:1\n")
  expect(said.stderr).toContain('start the database, or mend `database.url`')
})

test('0 where there is nothing to do', async () => {
  const office = await open(12)
  expect((await office.cli(['run', '--budget', '0'])).code).toBe(0)
  expect(office.vendor.stats.calls).toBe(0)
})

test('0 where the vendor has no credits left', async () => {
  const office = await open(12, { allotment: 4 })
  office.configure({ credits: 'balance: undefined, remaining: undefined, allotment: 10,' })
  const said = await office.cli(['run', '--json'])
  expect(said.code, said.stderr).toBe(0)
  expect(documentOf(said)).toMatchObject({ stopReason: 'credits-exhausted', credits: { spent: 4 } })
})

test('1 where the first replies are all unusable, and what came back is shown', async () => {
  const office = await open(12, { faults: { emptyData: {} } })
  const said = await office.cli(['run'])
  expect(said.code).toBe(1)
  expect(said.stdout).toContain('the first 5 paid replies were of no use')
  expect(office.vendor.bill.totals().charges).toBe(5)
})

test('1 where the vendor refuses the credentials in the middle, 2 where it does so before the first call', async () => {
  const office = await open(12, { faults: { unauthorized: {} } })
  const later = await office.cli(['run', '--json'])
  expect(later.code).toBe(1)
  expect(documentOf(later)).toMatchObject({ status: 'failed', stopReason: 'error' })
  office.vendor.behave({ apiKey: 'another' })
  const before = await office.cli(['run', '--json'])
  expect(before.code).toBe(2)
  expect(documentOf(before)).toMatchObject({ error: { code: 'CREDENTIALS_REFUSED' } })
})

test.each<[string, string[], string]>([
  ['an unknown flag', ['run', '--dryrun'], '--dry-run'],
  ['an unknown command', ['rum'], 'run'],
  ['too many arguments', ['run', 'month-end', 'twice'], 'argument'],
  ['a limit that is no number', ['run', '--limit', 'ten'], '--limit'],
  ['a negative budget', ['run', '--budget', '-1'], '--budget'],
  ['where that is no JSON', ['run', '--where', '{country'], '--where'],
  ['a file of ids that is missing', ['run', '--ids-file', 'missing.txt'], '--ids-file'],
  ['a config that is missing', ['run', '--config', 'missing.ts'], 'missing.ts'],
])('2 for %s, with a word on it', async (_name, args, word) => {
  const said = await shared.cli(args)
  expect(said.code, said.stderr).toBe(2)
  expect(said.stderr).toContain(word)
  expect(said.stderr).not.toContain('    at ')
})

test('2 and one JSON document with --json for what the command line itself refuses', async () => {
  for (const args of [['run', '--dryrun'], ['run', 'month-end', 'twice'], ['run', '--limit', 'ten'], ['rum']]) {
    const said = await shared.cli([...args, '--json'])
    expect(said.code, said.stderr).toBe(2)
    expect(documentOf(said)).toEqual({ error: { code: 'USAGE_INVALID', message: expect.any(String) } })
  }
  const help = await shared.cli(['run', '--help', '--json'])
  expect(help).toMatchObject({ code: 0, stdout: expect.stringMatching(/^Usage:/) })
})

test('2 where the simulated vendor is to listen on a port that another process has', async () => {
  const office = await open(1)
  const { port } = new URL(office.vendor.url)
  const said = await office.cli(['simulate-vendor', '--port', port])
  expect(said.code).toBe(2)
  expect(said.stderr).toMatch(/--port: .*a port that another process has.*a free port, or 0 for any/s)
})

test('2 for flags that do not fit the table or the config, all told at once', async () => {
  const flags = [
    '--where',
    '{"contry":"US"}',
    '--filter',
    'country',
    '--filter',
    'id=abc',
    '--ids',
    '1,abc',
    '--limit',
    '0',
  ]
  const said = await shared.cli(['run', 'month-ned', ...flags])
  expect(said.code, said.stderr).toBe(2)
  for (const word of ['JOB', '"month-end"', '--where', '`country`', '--filter', '"abc"', '--ids', '--limit']) {
    expect(said.stderr).toContain(word)
  }
  expect(shared.vendor.stats.calls).toBe(0)
})

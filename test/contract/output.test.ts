import { spawnSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { BATCH } from '../../src/app/import/import-records.ts'
import { scriptedVendor } from '../integration/support/scripted-vendor.ts'
import { cli, linesOf, MAIN } from './support/cli.ts'
import { offices } from './support/in-offices.ts'
import { SECRET } from './support/office.ts'

const open = offices('sqlite')
const ESCAPE = String.fromCharCode(27)

test('--help lists the commands, and each has its own', async () => {
  const { code, stdout } = await cli(['--help'], { cwd: '/' })
  expect(code).toBe(0)
  for (const command of 'run try resume plan tick schedule status runs report unknown cooldown migrate doctor demo simulate-vendor'.split(
    ' ',
  )) {
    expect(stdout).toMatch(new RegExp(`^  ${command}\\b`, 'm'))
  }
  expect(stdout.split('\n').filter((line) => /^[A-Z][^:]*:$/.test(line))).toEqual([
    ...['Options:', 'First steps:', 'Refresh records:', 'By itself:'],
    ...['See how it stands, without spending a credit:', 'A run under way:', 'Put in order:', 'Commands:'],
    ...['Examples:', 'Exit codes:'],
  ])
  const run = await cli(['run', '--help'], { cwd: '/' })
  for (const part of ['Everywhere:', "spenddown run --filter 'country=US' --limit 10", '4  another process'])
    expect(run.stdout).toContain(part)
  for (const flag of '--where --filter --ids --ids-file --limit --budget --reserve --dry-run --new --json --quiet --verbose --config'.split(
    ' ',
  )) {
    expect(run.stdout).toContain(flag)
  }
  const { stdout: imports } = await cli(['import', '--help'], { cwd: '/' })
  expect(imports).toContain(`(default: ${BATCH})`)
  expect((await cli(['--version'], { cwd: '/' })).stdout).toMatch(/^\d+\.\d+\.\d+\n$/)
})

test('in a pipe: words on stdout, JSON lines on stderr, no colours; --quiet leaves warnings', async () => {
  const office = await open(12)
  const plain = await office.cli(['run'])
  expect(plain.code).toBe(0)
  expect(plain.stdout).toContain('12 refreshed of 12 selected')
  expect(`${plain.stdout}${plain.stderr}`).not.toContain(ESCAPE)
  const levels = (said: typeof plain) => [...new Set(linesOf(said).map(({ level }) => Number(level)))]
  expect(levels(plain)).toContain(30)
  expect(Math.min(...levels(plain))).toBe(30)
  const quiet = await office.cli(['run', '--quiet', '--json'])
  expect(quiet).toMatchObject({ code: 0, stderr: '' })
})

test('a run goes on where nobody reads what it says any more', async () => {
  const office = await open(60, { latencyMs: 100 })
  const deserted = office.start(['run', '--verbose'])
  await expect.poll(() => office.vendor.bill.totals().charges).toBeGreaterThan(2)
  deserted.leave()
  office.vendor.behave({ latencyMs: 0 })
  expect((await deserted.ended).code).toBe(0)
  expect(office.vendor.bill.totals()).toMatchObject({ lookupCredits: 60, mostChargesOfARecord: 1 })
})

test('a dry run names no record that its credits do not reach', async () => {
  const office = await open(8)
  const firstOf = async (budget: string) =>
    JSON.parse((await office.cli(['run', '--dry-run', '--json', '--budget', budget])).stdout).first.length
  expect([await firstOf('0'), await firstOf('3'), await firstOf('20')]).toEqual([0, 3, 8])
})

test('whoever reads along may leave: a pipe that is closed is no error', async () => {
  const office = await open(8)
  await office.cli(['migrate'])
  const line = '("$0" "$1" runs --json; echo "ended with $?" >&2) | true'
  const said = spawnSync('sh', ['-c', line, process.execPath, MAIN], {
    cwd: office.cwd,
    env: { ...process.env, ...office.env },
    encoding: 'utf8',
  })
  expect(said.stderr).toBe('ended with 0\n')
})

test('no secret on stdout or stderr, not even with --verbose, however much goes wrong', async () => {
  const faults = { html: { keys: ['p6@example.com'] }, error500: { next: 2 }, badRequest: { keys: ['p8@example.com'] } }
  const office = await open(20, { faults })
  office.configure({
    vendor: `outcome: (reply) => { if (Math.random() < 0.1) throw new Error('header ' + process.env.ACME_API_KEY) },`,
  })
  const said = await office.cli(['run', '--verbose'])
  expect(said.stdout).toContain('refreshed')
  expect(linesOf(said)).toContainEqual(expect.objectContaining({ level: 20, msg: 'checkpoint' }))
  office.vendor.behave({ apiKey: 'another' })
  const refused = await office.cli(['run', '--verbose', '--json'])
  expect(refused.code).toBe(2)
  expect([said.stdout, said.stderr, refused.stdout, refused.stderr].join()).not.toContain(SECRET)
})

test('a secret that the vendor echoes in unusable replies is hidden where they are shown', async () => {
  const echo = await scriptedVendor(({ headers }) => ({ body: { you: headers['x-api-key'] } }))
  const office = await open(8)
  office.configure({
    vendor: `baseUrl: '${echo.url}',`,
    credits: 'balance: undefined, remaining: undefined, charged: undefined,',
  })
  const said = await office.cli(['run', '--budget', '8', '--json'])
  expect(said.code).toBe(1)
  expect(said.stdout).toContain('"you')
  expect(`${said.stdout}${said.stderr}`).not.toContain(SECRET)
})

import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, inject, onTestFinished, test } from 'vitest'
import { endAll, startWith } from '../crash/support/processes.ts'
import { type AccountsStage, setAccountsStage } from '../integration/support/accounts-stage.ts'
import { wallClock } from '../support/machine/faketime.ts'

const CONFIG = fileURLToPath(new URL('../crash/support/accounts-config.mjs', import.meta.url))
const faketime = inject('faketime')
const RESET_AT = Date.now() + 3_600_000

let stage: AccountsStage
beforeEach(async () => {
  stage = await setAccountsStage('sqlite', { tenants: 12, people: 4 })
  const { client } = stage.database.connection
  await client.$executeRawUnsafe('CREATE TABLE tenants (name TEXT, api_key TEXT, url TEXT)')
  for (const { account } of stage.tenants) await add(account.name, account.apiKey, account.url)
})
afterEach(async () => {
  endAll()
  await stage.clear()
})

const add = (name: string, key: string, url: string) =>
  stage.database.connection.client.$executeRawUnsafe(`INSERT INTO tenants VALUES ('${name}', '${key}', '${url}')`)

const placeOf = (more: object = {}) => {
  const place = {
    ...more,
    url: stage.database.url,
    folder: stage.folder,
    resetAt: RESET_AT,
    tenants: 'tenants',
    atOnce: 4,
  }
  return { cwd: stage.folder, env: { SPENDDOWN_CASE: JSON.stringify(place) } }
}

/** The command, and whether any account's key is in what it says. */
async function spenddown(...args: string[]) {
  const { code, stdout, stderr } = await startWith(CONFIG, args, placeOf()).ended
  expect(stdout + stderr).not.toContain('key-of-tenant')
  return { code, stdout, stderr, json: () => JSON.parse(stdout) }
}

test('a command about one account says which there are; a name, or a run of the account, is enough', async () => {
  const status = await spenddown('status', '--json')
  expect(status.code).toBe(2)
  const { error } = status.json()
  expect(error).toMatchObject({ code: 'ACCOUNT_NEEDED', problems: [{ path: '--account' }] })
  expect(error.problems[0].found).toMatch(/^12 accounts: "tenant-0", .*"tenant-9", …$/)
  expect((await spenddown('status', '--account', 'tenant-99')).stderr).toMatch(/"tenant-99".*Did you mean "tenant-9"\?/)

  const run = await spenddown('run', '--account', 'tenant-3', '--limit', '2', '--json')
  expect([run.code, run.json()]).toMatchObject([0, { vendor: 'simulated/tenant-3', records: { refreshed: 2 } }])
  expect(stage.tenants.map(({ vendor }) => vendor.bill.totals().charges)).toEqual([0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0])
  const { runId } = run.json()
  expect((await spenddown('status', runId, '--json')).json()).toMatchObject({ runId, vendor: 'simulated/tenant-3' })

  const runs = await spenddown('runs', '--account', 'tenant-3', '--account', 'tenant-4', '--json')
  expect(runs.json()).toMatchObject({
    accounts: [
      { account: 'tenant-3', runs: [{ runId }] },
      { account: 'tenant-4', runs: [] },
    ],
  })
  const two = await spenddown('run', 'month-end', '--account', 'tenant-5', '--account', 'tenant-6', '--json')
  expect(two.code).toBe(0)
  expect(two.json().accounts.map((each: { vendor: string }) => each.vendor)).toEqual([
    'simulated/tenant-5',
    'simulated/tenant-6',
  ])
})

test('tick works all that are due, accounts lists them, and one that is wrong holds up nobody', async () => {
  await add('broken', '', 'http://127.0.0.1:9')
  const tick = await spenddown('tick', '--json')
  expect(tick.code).toBe(2)
  const ticks = new Map(tick.json().accounts.map((each: { account: string }) => [each.account, each]))
  expect(ticks.size).toBe(13)
  expect(ticks.get('broken')).toMatchObject({
    error: { code: 'CONFIG_INVALID', problems: [{ path: expect.stringMatching(/^accounts\["broken"\]/) }] },
  })
  for (const { account, vendor } of stage.tenants) {
    expect(ticks.get(account.name)).toMatchObject({ run: { status: 'completed' } })
    expect(vendor.bill.totals().charges).toBe(4)
  }
  const accounts = await spenddown('accounts', '--json')
  expect(accounts.code).toBe(2)
  const { accounts: rows, count } = accounts.json()
  expect(count).toBe(13)
  // Too few records: what is left of each will be lost. Of the one that is wrong nobody knows.
  expect(rows.at(-1)).toMatchObject({ account: 'broken', state: 'wrong', balance: null, atStake: null })
  expect(rows[0]).toMatchObject({
    account: 'tenant-0',
    vendor: 'simulated/tenant-0',
    state: 'done',
    balance: 16,
    atStake: 14,
    verdict: 'losing',
  })
  const words = await spenddown('accounts', '--limit', '2')
  expect(words.stdout.split('\n')).toHaveLength(5)
  expect(words.stdout).toContain('and 11 more')
  expect((await spenddown('run', '--account', 'broken')).code).toBe(2)
})

test.skipIf(faketime === null)(
  'a digest whose process is killed while it is sent is told, whole, by a later one',
  async () => {
    const told: string[] = []
    let isKilled = false
    const hook = createServer((request, response) => {
      void text(request).then((body) => {
        told.push(JSON.parse(body).message)
        if (isKilled) response.writeHead(200).end()
        else {
          isKilled = true
          first.kill('SIGKILL')
        }
      })
    })
    onTestFinished(() => void hook.close())
    await once(hook.listen(0, '127.0.0.1'), 'listening')
    const url = `http://127.0.0.1:${(hook.address() as AddressInfo).port}/`
    const place = placeOf({ notify: [{ url, on: ['completed'] }] })
    const first = startWith(CONFIG, ['tick'], place)
    expect((await first.ended).signal).toBe('SIGKILL')
    // Until it is certain that it will not, the first may still tell it.
    expect((await startWith(CONFIG, ['tick'], place).ended).code).toBe(0)
    expect(told).toHaveLength(1)
    const clock = wallClock(faketime as string, stage.folder)
    clock.set(180)
    const later = { ...place, env: { ...place.env, ...clock.env } }
    expect((await startWith(CONFIG, ['tick'], later).ended).code).toBe(0)
    expect((await startWith(CONFIG, ['tick'], later).ended).code).toBe(0)
    expect(told.slice(1)).toEqual([expect.stringContaining('12 are done, 48 credits spent')])
  },
)

test('a config of one account has no accounts to list or to name', async () => {
  await stage.database.connection.client.$executeRawUnsafe('DELETE FROM tenants')
  expect((await spenddown('tick')).stdout).toContain('no accounts')
  const none = await spenddown('status')
  expect([none.code, none.stderr]).toEqual([2, expect.stringContaining('found no accounts')])
})

test('schedule works accounts as they come and go, one machine alone on SQLite; a dead vendor holds up nobody', async () => {
  const sql = (statement: string) => stage.database.connection.client.$executeRawUnsafe(statement)
  await sql(`DELETE FROM tenants WHERE name NOT IN ('tenant-0', 'tenant-1', 'tenant-2')`)
  await sql(`UPDATE tenants SET url = 'http://127.0.0.1:9' WHERE name = 'tenant-1'`)
  const schedule = startWith(CONFIG, ['schedule', '--every', '1'], placeOf())
  const charges = (at: number) => stage.tenants[at]?.vendor.bill.totals().charges
  await expect.poll(() => [charges(0), charges(2)]).toEqual([4, 4])
  const { account } = stage.tenants[5] ?? {}
  await add(account?.name ?? '', account?.apiKey, account?.url)
  await expect.poll(() => charges(5)).toBe(4)
  await sql(`UPDATE tenants SET url = '${stage.tenants[1]?.account.url}' WHERE name = 'tenant-1'`)
  await expect.poll(() => charges(1)).toBe(4)
  schedule.kill('SIGTERM')
  const { code, stdout, stderr } = await schedule.ended
  expect(code, stdout + stderr).toBe(0)
  expect(stdout + stderr).not.toContain('key-of-tenant')
  expect(stdout).toContain('machines share the accounts over PostgreSQL alone')
  expect(stage.tenants.map(({ vendor }) => vendor.bill.totals().charges)).toEqual([4, 4, 4, 0, 0, 4, 0, 0, 0, 0, 0, 0])
})

test('the dashboard of many accounts shows all of them, and of one account what it shows of any', async () => {
  await spenddown('accounts')
  for (const [args, part] of [
    [[], '12 accounts'],
    [['--account', 'tenant-4'], 'simulated/tenant-4'],
  ] as const) {
    const served = startWith(CONFIG, ['dashboard', '--port', '0', '--json', ...args], placeOf())
    await expect.poll(() => served.stdout()).toContain('}')
    const { url } = JSON.parse(served.stdout())
    const page = await (await fetch(url)).text()
    expect(page).toContain(part)
    expect(page).not.toContain('key-of-tenant')
    served.kill('SIGTERM')
    expect((await served.ended).code).toBe(0)
  }
})

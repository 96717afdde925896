import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { type AccountTick, tickAccounts } from '../../../src/app/fleet/tick-accounts.ts'
import { fleetOf } from '../../../src/config/fleet/fleet.ts'
import { onEachDatabaseInFull } from '../../support/databases/databases.ts'
import { type AccountsStage, accountsConfig, type Setting, setAccountsStage } from '../support/accounts-stage.ts'

const silent = { trace() {}, debug() {}, info() {}, warn() {}, error() {} }

async function ticked(raw: object, names: readonly string[] = []): Promise<Map<string, AccountTick>> {
  const ticks = new Map<string, AccountTick>()
  await tickAccounts(fleetOf(raw), {
    log: silent,
    logOf: async () => silent,
    signal: new AbortController().signal,
    names,
    onAccount: (tick) => {
      expect(ticks.has(tick.account), `${tick.account} twice`).toBe(false)
      ticks.set(tick.account, tick)
    },
  })
  return ticks
}

onEachDatabaseInFull('postgresql', (dialect) => {
  const stages: AccountsStage[] = []
  afterEach(async () => {
    await Promise.all(stages.splice(0).map((stage) => stage.clear()))
  })
  const begin = async (setting: Setting) => {
    const stage = await setAccountsStage(dialect, setting)
    stages.push(stage)
    return stage
  }

  test('twenty accounts, four at once: each spends its own budget, and those that cannot hold up nobody', async () => {
    const stage = await begin({ tenants: 20, people: 25 })
    const accounts = stage.tenants.map(({ account }, at) => ({
      ...account,
      ...(at === 3 ? { apiKey: 'another key' } : {}),
      ...(at === 5 ? { url: 'http://127.0.0.1:9' } : {}),
      ...(at === 7 ? { apiKey: undefined } : {}),
    }))
    const ticks = await ticked(accountsConfig(stage, [...accounts, { name: '' }], { fleet: { accountsAtOnce: 4 } }))
    expect(ticks.size).toBe(21)
    for (const [at, { account, vendor }] of stage.tenants.entries()) {
      const { lookupCredits, recordsChargedMoreThanOnce } = vendor.bill.totals()
      const works = ![3, 5, 7].includes(at)
      expect([lookupCredits, recordsChargedMoreThanOnce], account.name).toEqual([works ? 18 : 0, 0])
      expect(await stage.refreshed(account.name), account.name).toBe(works ? 18 : 0)
      if (works)
        expect(ticks.get(account.name)).toMatchObject({
          run: { status: 'completed', vendor: `simulated/${account.name}` },
        })
    }
    expect(ticks.get('tenant-3')).toMatchObject({ error: { code: 'BALANCE_UNREADABLE' } })
    expect(ticks.get('tenant-5')).toMatchObject({ error: { code: 'BALANCE_UNREADABLE' } })
    expect(ticks.get('tenant-7')).toMatchObject({
      error: {
        code: 'CONFIG_INVALID',
        problems: [{ path: expect.stringContaining('accounts["tenant-7"].vendor.headers') }],
      },
    })
    expect(ticks.get('accounts[20]')).toMatchObject({ error: { problems: [{ path: 'accounts[20].name' }] } })
    const again = await ticked(accountsConfig(stage, accounts))
    expect(again.get('tenant-0')).toMatchObject({ decision: 'wait', because: 'done', run: null })
    expect(stage.tenants.map(({ vendor }) => vendor.bill.totals().lookupCredits).reduce((a, b) => a + b)).toBe(17 * 18)
  })

  test('accounts of a vendor that counts by address keep its limits together', async () => {
    const stage = await begin({ tenants: 5, people: 12, vendorOf: () => ({ allotment: 200, latencyMs: 15 }) })
    const { vendor, account: first } = stage.tenants[0] as (typeof stage.tenants)[number]
    const accounts = stage.tenants.map(({ account }) => ({ ...first, name: account.name }))
    const most = async (limits: object) => {
      await ticked(accountsConfig(stage, accounts, { vendor: { limits } }))
      return vendor.stats.peakConcurrent
    }
    expect(await most({ maxConcurrent: 2, shared: true })).toBeLessThanOrEqual(2)
    for (const { name } of accounts) expect(await stage.refreshed(name)).toBe(12)
  })

  test('one notice tells of all accounts, and of what has happened since the last one alone', async () => {
    const stage = await begin({ tenants: 4, people: 25 })
    const told: { type: string; message: string; data: Record<string, unknown> }[] = []
    let isDown = false
    const hook = createServer((request, response) => {
      let body = ''
      request.on('data', (data) => {
        body += data
      })
      request.on('end', () => {
        if (!isDown) told.push(JSON.parse(body))
        response.writeHead(isDown ? 400 : 200).end()
      })
    })
    await once(hook.listen(0, '127.0.0.1'), 'listening')
    const url = `http://127.0.0.1:${(hook.address() as AddressInfo).port}/secret-path`
    const accounts = stage.tenants.map(({ account }, at) =>
      at === 3 ? { ...account, url: 'http://127.0.0.1:9' } : account,
    )
    const notify = { url, on: ['completed', 'failed'] }
    const config = accountsConfig(stage, [...accounts, { name: 'tenant-9', apiKey: undefined }], { notify })
    isDown = true
    const beganAt = Date.now()
    await ticked(config)
    expect(told).toEqual([])
    // However long nobody hears it, nothing that has happened since is left out.
    const { resetAt: since } = await stage.database.connection.client.sentNotice.findFirstOrThrow({
      where: { vendor: { startsWith: '/digest/' } },
    })
    expect(Number(since)).toBeLessThan(beganAt)
    isDown = false
    await ticked(config)
    // Nobody heard the first one: the next one tells the same.
    expect(told).toMatchObject([
      {
        type: 'accounts.digest',
        message: expect.stringContaining('3 are done, 54 credits spent'),
        data: { accounts: 5, completed: { count: 3, credits: 54 }, failed: { count: 0 }, troubled: { count: 2 } },
      },
    ])
    expect(told[0]?.message).toMatch(/^5 accounts: 2 cannot be worked \(tenant-9, tenant-3\)/)
    await ticked(config)
    expect(told).toHaveLength(1)
    await new Promise((resolve) => hook.close(resolve))
  })

  test('accounts are read from the user’s own database, by name only those that are named', async () => {
    const stage = await begin({ tenants: 3, people: 2 })
    const { client } = stage.database.connection
    await client.$executeRawUnsafe('CREATE TABLE tenants (name TEXT, api_key TEXT, url TEXT, active INTEGER)')
    for (const { account } of stage.tenants)
      await client.$executeRawUnsafe(
        `INSERT INTO tenants VALUES ('${account.name}', '${account.apiKey}', '${account.url}', 1)`,
      )
    const asked: (readonly string[] | undefined)[] = []
    type Tools = { query: (statement: string, values: unknown[]) => Promise<unknown[]>; names?: readonly string[] }
    const read = async ({ query, names }: Tools) => {
      asked.push(names)
      return query(
        `SELECT name, api_key AS "apiKey", url FROM tenants WHERE active = ${dialect === 'postgresql' ? '$1' : '?'}`,
        [1],
      )
    }
    const raw = { ...accountsConfig(stage, []), accounts: read }
    const ticks = await ticked(raw, ['tenant-1', 'tenant-2'])
    // First all, then those alone that are looked at or worked.
    expect(asked).toEqual([undefined, ['tenant-1', 'tenant-2'], ...asked.slice(2).map(() => [expect.any(String)])])
    expect(asked).toHaveLength(4)
    expect([...ticks.keys()].sort()).toEqual(['tenant-1', 'tenant-2'])
    expect(await Promise.all(stage.tenants.map(({ account }) => stage.refreshed(account.name)))).toEqual([0, 2, 2])
    await expect(ticked(raw, ['tenant-9'])).rejects.toMatchObject({ code: 'ACCOUNT_INVALID' })
    const failing = { ...raw, accounts: () => Promise.reject(new Error('no such table')) }
    await expect(ticked(failing)).rejects.toMatchObject({ code: 'ACCOUNTS_UNREADABLE' })
  })

  test('those that wait have the place of an account whose vendor answers no call, once its run has given up', async () => {
    const stage = await begin({
      tenants: 6,
      people: 3,
      vendorOf: (at) => (at === 0 ? { faults: { hang: { rate: 1 } } } : {}),
    })
    const accounts = stage.tenants.map(({ account }) => account)
    const config = accountsConfig(stage, accounts, {
      fleet: { accountsAtOnce: 1 },
      vendor: { unhealthyAfter: '2s', timeoutMs: 1_000 },
    })
    const ticks = await ticked(config)
    expect(ticks.size).toBe(6)
    for (const { account } of stage.tenants.slice(1)) expect(await stage.refreshed(account.name)).toBe(3)
    expect(ticks.get('tenant-0')).not.toMatchObject({ run: { status: 'completed' } })
  })
})

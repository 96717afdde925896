import { afterEach, expect, test } from 'vitest'
import { keepAccountsPages } from '../../../src/app/fleet/accounts-pages.ts'
import { listAccounts } from '../../../src/app/fleet/list-accounts.ts'
import { tickAccounts } from '../../../src/app/fleet/tick-accounts.ts'
import { fleetOf } from '../../../src/config/fleet/fleet.ts'
import type { AccountRow } from '../../../src/domain/account/account-row.ts'
import { listRuns } from '../../../src/store/runs/runs.ts'
import { onEachDatabaseInFull } from '../../support/databases/databases.ts'
import { type AccountsStage, accountsConfig, setAccountsStage } from '../support/accounts-stage.ts'

const silent = { trace() {}, debug() {}, info() {}, warn() {}, error() {} }
const TOKEN = 'k3Xo9-no-two-are-alike'

onEachDatabaseInFull('sqlite', (dialect) => {
  let stage: AccountsStage
  const cleanUps: (() => Promise<void>)[] = []
  afterEach(async () => {
    for (const cleanUp of cleanUps.splice(0)) await cleanUp()
    await stage.clear()
  })

  /** Two accounts, each with a run behind it, and their pages. */
  async function begin(more: Record<string, unknown> = {}) {
    stage = await setAccountsStage(dialect, { tenants: 2, people: 25 })
    const wrong = { name: 'wrong', apiKey: undefined }
    const list = [...stage.tenants.map(({ account }) => account), wrong]
    const fleet = fleetOf(accountsConfig(stage, [], { accounts: () => list, ...more }))
    const { signal } = new AbortController()
    await tickAccounts(fleet, { log: silent, logOf: async () => silent, signal, names: [], onAccount: () => {} })
    const kept = await keepAccountsPages(fleet, { host: '127.0.0.1', port: 0 }, silent)
    cleanUps.push(() => kept.close())
    const { client } = stage.database.connection
    const runOf = async ({ vendor }: AccountRow) => (await listRuns(client, vendor ?? '', 1))[0]?.id
    const rows = await listAccounts(fleet, {
      log: silent,
      logOf: async () => silent,
      signal,
      names: ['tenant-0', 'tenant-1'],
      looks: false,
    })
    const byName = rows.toSorted((a, b) => a.account.localeCompare(b.account))
    const runs = await Promise.all(byName.map(runOf))
    const read = async (path: string, init: RequestInit = {}) => {
      const answer = await fetch(kept.url + path, { redirect: 'manual', ...init })
      return { status: answer.status, text: await answer.text(), to: answer.headers.get('location') }
    }
    return { kept, list, runs: runs as [string, string], read }
  }

  test('each account has pages of its own below the list; what is linked there stays there, and is there', async () => {
    const { read, runs } = await begin()
    const list = await read('/')
    expect(list.text).toContain('<a href="/accounts/tenant-1/"><bdi>tenant-1</bdi></a>')
    expect(list.text).not.toContain('/accounts/wrong')
    const account = await read('/accounts/tenant-1/')
    expect([account.status, account.text]).toEqual([200, expect.stringContaining(`/accounts/tenant-1/runs/${runs[1]}`)])
    expect(account.text).toContain('<a href="/">All accounts</a>')
    const seen = new Set<string>()
    const follow = async (path: string) => {
      const { status, text } = await read(path)
      expect([path, status]).toEqual([path, 200])
      for (const [, to = ''] of text.matchAll(/(?:href|action|data-events|data-renewed-from)="(\/[^"]*)"/g)) {
        expect(to).toMatch(/^\/($|assets\/|login|accounts\/tenant-1\/)/)
        const link = to.replaceAll('&amp;', '&')
        if (!link.startsWith('/accounts/') || link.endsWith('/events') || seen.has(link)) continue
        seen.add(link)
        await follow(link)
      }
    }
    await follow('/accounts/tenant-1/')
    expect([...seen].join(' ')).toMatch(/\/items .*\/report|\/report .*\/items/)
  })

  test('an account shows no run of another, and acts on none', async () => {
    const { kept, read, runs } = await begin()
    for (const path of [`runs/${runs[0]}`, `runs/${runs[0]}/items`, `runs/${runs[0]}/course`, `runs/${runs[0]}/report`])
      expect([path, (await read(`/accounts/tenant-1/${path}`)).status]).toEqual([path, 404])
    const signedIn = await fetch(kept.signInUrl ?? '', { redirect: 'manual' })
    const cookie = signedIn.headers.get('set-cookie')?.split(';')[0] ?? ''
    const page = await read('/accounts/tenant-1/', { headers: { cookie, accept: 'text/html' } })
    const form = /name="form" value="([^"]+)"/.exec(page.text)?.[1] ?? ''
    const act = (account: string, run: string) =>
      read(`/accounts/${account}/runs/${run}/stop`, {
        method: 'POST',
        headers: { cookie, origin: kept.url, 'content-type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams({ form }),
      })
    expect((await act('tenant-1', runs[0])).status).toBe(404)
    const own = await act('tenant-1', runs[1])
    expect([own.status, own.text]).toEqual([409, expect.stringContaining('has ended')])
  })

  test('an account that is gone, wrong or was never there has no page; one that has changed is read anew', async () => {
    const { read, list } = await begin()
    for (const name of ['wrong', 'nobody', '%2e%2e%2f', '%00', '%E0%A4'])
      expect([name, (await read(`/accounts/${name}/`)).status]).not.toEqual([name, 200])
    expect((await read('/accounts/tenant-0/')).status).toBe(200)
    list.splice(0, 1)
    await expect.poll(async () => (await read('/accounts/tenant-0/')).status).toBe(404)
    expect((await read('/accounts/tenant-1/')).status).toBe(200)
  })

  test('a page of an account is kept up to date, and its stream ends with the dashboard', async () => {
    const { kept } = await begin()
    const watching = await fetch(`${kept.url}/accounts/tenant-0/events`)
    const reader = watching.body?.getReader()
    let text = ''
    while (!text.includes('data: ')) text += new TextDecoder().decode((await reader?.read())?.value)
    expect(text).toContain('"state"')
    await Promise.all(cleanUps.splice(0).map((close) => close()))
    let done = false
    while (!done) done = (await reader?.read().catch(() => ({ done: true })))?.done ?? true
  })

  test('with a token, nobody without it sees that an account is there', async () => {
    const { read } = await begin({ service: { token: TOKEN } })
    const statuses = async (headers: Record<string, string>) =>
      Promise.all(['tenant-0', 'nobody'].map(async (name) => (await read(`/accounts/${name}/`, { headers })).status))
    expect(await statuses({})).toEqual([401, 401])
    expect(await statuses({ authorization: `Bearer ${TOKEN}` })).toEqual([200, 404])
  })
})

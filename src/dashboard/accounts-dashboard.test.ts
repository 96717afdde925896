import { expect, test } from 'vitest'
import { type AccountRow, UNKNOWN } from '../domain/account/account-row.ts'
import { accountsDashboard } from './accounts-dashboard.ts'

const NOW = Date.UTC(2026, 10, 30, 12)
const PORT = 9465
const HOSTILE = `<script>alert(1)</script>"'><img src=x>&\u202e`
const silent = { info() {}, warn() {}, error() {} }

const row = (account: string, more: Partial<AccountRow> = {}): AccountRow => {
  return { ...UNKNOWN, account, vendor: `acme/${account}`, state: 'waiting', why: 'due later', ...more }
}

async function page(rows: readonly AccountRow[], path = '/', token: string | null = null, headers: object = {}) {
  const { app } = accountsDashboard({
    accounts: async () => rows,
    account: async () => null,
    host: 'vm',
    token,
    key: null,
    vendor: 'many accounts',
    zone: 'UTC',
    now: () => NOW,
    random: (bytes) => Buffer.alloc(bytes, 1),
    hide: (text) => text,
    log: silent,
  })
  const incoming = { httpVersion: '1.1', socket: { localPort: PORT, remoteAddress: '127.0.0.1' } }
  const request = new Request(`http://127.0.0.1:${PORT}${path}`, { headers: { host: `127.0.0.1:${PORT}`, ...headers } })
  const answer = await app.fetch(request, { incoming })
  return { status: answer.status, text: await answer.text(), policy: answer.headers.get('content-security-policy') }
}

test('all accounts in the order in which they come, each with what it would lose and what to do', async () => {
  const rows = [
    row('first', { atStake: 1_234, balance: 5_000, todo: 'Run `spenddown run`', resetAt: '2026-12-01T00:00:00Z' }),
    row('second', { state: 'wrong', why: 'its key is missing' }),
  ]
  const { status, text, policy } = await page(rows)
  expect(status).toBe(200)
  expect(policy).toContain("default-src 'none'")
  expect(text).toContain('2 accounts; 1 will lose 1,234 credits.')
  expect(text.indexOf('first')).toBeLessThan(text.indexOf('second'))
  for (const part of [
    '<code>spenddown run</code>',
    'its key is missing',
    '5,000',
    '1 Dec 2026, 00:00',
    'Times are in UTC.',
  ])
    expect(text).toContain(part)
})

test('whatever a name or a reason is, it is text', async () => {
  const { text } = await page([row(HOSTILE, { why: HOSTILE })], `/?q=${encodeURIComponent('<script>')}`)
  expect(text).not.toContain('<script>alert')
  expect(text).not.toContain('<img')
  expect(text).toContain('&lt;script&gt;alert(1)')
})

test('a part of the name, whatever its case, and a state narrow the list', async () => {
  const rows = [row('Acme'), row('acme-2', { state: 'due' }), row('other', { state: 'due' })]
  const names = async (path: string) =>
    [...(await page(rows, path)).text.matchAll(/<bdi>([\w-]+)<\/bdi><\/a><\/th>/g)].map(([, name]) => name)
  expect(await names('/?q=ACME')).toEqual(['Acme', 'acme-2'])
  expect(await names('/?state=due')).toEqual(['acme-2', 'other'])
  expect(await names('/?q=acme&state=due')).toEqual(['acme-2'])
  expect(await names('/?q=nobody')).toEqual([])
})

test('of thousands, a hundred a page, quickly; a page that is not there is empty, and no error', async () => {
  const rows = Array.from({ length: 5_000 }, (_, at) => row(`tenant-${at}`))
  const first = await page(rows)
  expect(first.text.match(/<th scope="row"/g)).toHaveLength(100)
  expect(first.text).toContain('1 to 100 of 5,000')
  const beganAt = performance.now()
  const last = await page(rows, '/?page=49')
  expect(performance.now() - beganAt).toBeLessThan(1_000)
  expect(last.text).toContain('tenant-4999')
  for (const path of ['/?page=999999', '/?page=-1', '/?page=x']) expect((await page(rows, path)).status).toBe(200)
})

test('nobody without the token sees a name', async () => {
  const refused = await page([row('secret-customer')], '/', 'a-token-of-some-length')
  expect(refused.status).not.toBe(200)
  expect(refused.text).not.toContain('secret-customer')
  const shown = await page([row('secret-customer')], '/', 'a-token-of-some-length', {
    authorization: 'Bearer a-token-of-some-length',
  })
  expect(shown.text).toContain('secret-customer')
})

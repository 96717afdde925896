import type { ServerResponse } from 'node:http'
import { afterEach, describe, expect, test } from 'vitest'
import { ServersUnderTest } from '../../test/support/vendors/server-under-test.ts'
import { Secrets } from '../domain/secrets/secrets.ts'
import { createLog } from '../observability/logger.ts'
import { readBalance } from '../refresh/balance/read-balance.ts'
import type { VendorRules } from '../refresh/ports/vendor.ts'
import type { Authentication } from './authentication.ts'
import type { NoToken } from './oauth-token.ts'
import { vendorClient } from './vendor-client.ts'

const servers = new ServersUnderTest()
afterEach(() => servers.closeAll())

const GET = { method: 'GET', path: '/x' }

function clientFor(baseUrl: string, auth: Authentication | null, more = {}) {
  const seen = { obtained: [] as string[], missed: [] as NoToken[], nowMs: 0 }
  const client = vendorClient({
    baseUrl,
    headers: { 'x-more': 'as before' },
    auth,
    idempotencyHeader: 'Idempotency-Key',
    timeoutMs: 5_000,
    maxSockets: 50,
    clock: { monotonic: () => seen.nowMs },
    obtained: (token) => seen.obtained.push(token),
    missed: (why) => seen.missed.push(why),
    ...more,
  })
  servers.closing(() => client.close())
  return { client, seen }
}

function oauth(url: string, more: Partial<Authentication & { type: 'oauth' }> = {}): Authentication {
  const credentials = { tokenUrl: `${url}/token`, clientId: 'id:1', clientSecret: 'sës&me' }
  return { type: 'oauth', ...credentials, clientAuthentication: 'body', ...more }
}

const gives = (response: ServerResponse, n: number, more = {}) => {
  response.end(JSON.stringify({ access_token: `tok-${n}`, token_type: 'Bearer', expires_in: 3600, ...more }))
}

/** A vendor that lets only these tokens in. */
const vendorFor = (allowed: readonly string[]) =>
  servers.http((request, response) => {
    const token = request.headers.authorization?.replace('Bearer ', '') ?? ''
    response.writeHead(allowed.includes(token) ? 200 : 401).end('{"credits":7}')
  })

describe('each kind of authentication arrives as it should, beside the headers', () => {
  test.each<[Authentication | null, string, string, Record<string, string>]>([
    [null, '/x?q=1', '/account', {}],
    [{ type: 'header', name: 'X-Api-Key', value: 'k1' }, '/x?q=1', '/account', { 'x-api-key': 'k1' }],
    [{ type: 'bearer', token: 'tok' }, '/x?q=1', '/account', { authorization: 'Bearer tok' }],
    [{ type: 'query', params: { api_key: 'a b&c' } }, '/x?q=1&api_key=a+b%26c', '/account?api_key=a+b%26c', {}],
    [
      { type: 'basic', username: 'me', password: 'pä:ss' },
      '/x?q=1',
      '/account',
      { authorization: 'Basic bWU6cMOkOnNz' },
    ],
  ])('%j', async (auth, url, balanceUrl, headers) => {
    const vendor = await servers.http((_, response) => response.end('{"credits":7}'))
    const { client } = clientFor(vendor.url, auth)
    await client.send({ ...GET, query: { q: 1 } }, 'call-1')
    const balance = {
      request: { method: 'GET', path: '/account' },
      statuses: [],
      asOf: null,
      purchased: null,
      remaining: (body: unknown) => (body as { credits: number }).credits,
    }
    expect((await readBalance(client, { balance } as unknown as VendorRules, () => 0)).kind).toBe('balance')
    expect(vendor.asked.map((asked) => asked.url)).toEqual([url, balanceUrl])
    for (const asked of vendor.asked) expect(asked.headers).toMatchObject({ 'x-more': 'as before', ...headers })
    if (!('authorization' in headers)) expect(vendor.asked[0]!.headers.authorization).toBeUndefined()
  })

  test('a query in the path stays', async () => {
    const vendor = await servers.http((_, response) => response.end('{}'))
    const { client } = clientFor(vendor.url, { type: 'query', params: { key: 'k' } })
    await client.send({ ...GET, path: '/x?y=1' }, null)
    expect(vendor.asked[0]!.url).toBe('/x?y=1&key=k')
  })
})

describe('the token request', () => {
  test.each([
    [{}, 'grant_type=client_credentials&client_id=id%3A1&client_secret=s%C3%ABs%26me', undefined],
    [
      { scope: 'a b', audience: 'https://a' },
      'grant_type=client_credentials&client_id=id%3A1&client_secret=s%C3%ABs%26me&scope=a+b&audience=https%3A%2F%2Fa',
      undefined,
    ],
    [
      { clientAuthentication: 'basic' as const, scope: 'a' },
      'grant_type=client_credentials&scope=a',
      `Basic ${btoa('id%3A1:s%C3%ABs%26me')}`,
    ],
  ])('%j', async (more, body, authorization) => {
    const endpoint = await servers.http((_, response, n) => gives(response, n))
    const vendor = await vendorFor(['tok-1'])
    const { client } = clientFor(vendor.url, oauth(endpoint.url, more))
    expect(await client.send(GET, null)).toMatchObject({ kind: 'reply', status: 200 })
    expect(endpoint.asked).toMatchObject([{ method: 'POST', url: '/token', body }])
    expect(endpoint.asked[0]!.headers).toMatchObject({ 'content-type': 'application/x-www-form-urlencoded' })
    expect(endpoint.asked[0]!.headers.authorization).toBe(authorization)
    expect(vendor.asked[0]!.headers).toMatchObject({ authorization: 'Bearer tok-1', 'x-more': 'as before' })
  })
})

describe('with OAuth', () => {
  test('50 calls at once ask for one token', async () => {
    const endpoint = await servers.http((_, response, n) => void setTimeout(() => gives(response, n), 20))
    const vendor = await vendorFor(['tok-1'])
    const { client, seen } = clientFor(vendor.url, oauth(endpoint.url))
    const exchanges = await Promise.all(Array.from({ length: 50 }, () => client.send(GET, null)))
    expect(exchanges.every((exchange) => exchange.kind === 'reply' && exchange.status === 200)).toBe(true)
    expect([endpoint.asked.length, vendor.asked.length, seen.obtained]).toEqual([1, 50, ['tok-1']])
  })

  test('the next token is asked for before the first expires, and no call is refused', async () => {
    const endpoint = await servers.http((_, response, n) => gives(response, n))
    const vendor = await vendorFor(['tok-1', 'tok-2'])
    const { client, seen } = clientFor(vendor.url, oauth(endpoint.url))
    await client.send(GET, null)
    seen.nowMs = 3_540_000
    await client.send(GET, null)
    await expect.poll(() => seen.obtained).toEqual(['tok-1', 'tok-2'])
    await client.send(GET, null)
    const tokens = vendor.asked.map(({ headers }) => headers.authorization)
    expect(tokens).toEqual(['Bearer tok-1', 'Bearer tok-1', 'Bearer tok-2'])
  })

  test('a 401 brings one new token for all, and each call goes once more as it was', async () => {
    const endpoint = await servers.http((_, response, n) => gives(response, n))
    const vendor = await vendorFor(['tok-2'])
    const { client } = clientFor(vendor.url, oauth(endpoint.url))
    let asked = 0
    const mayGo = () => ++asked > 0
    const request = { method: 'POST', path: '/x', json: { a: 1 }, headers: { 'x-own': '1' } }
    const exchanges = await Promise.all(Array.from({ length: 10 }, (_, n) => client.send(request, `call-${n}`, mayGo)))
    expect(exchanges.every((exchange) => exchange.kind === 'reply' && exchange.status === 200)).toBe(true)
    expect([endpoint.asked.length, vendor.asked.length, asked]).toEqual([2, 20, 20])
    const again = vendor.asked.filter(({ headers }) => headers.authorization === 'Bearer tok-2')
    expect(new Set(again.map(({ headers }) => headers['idempotency-key'])).size).toBe(10)
    expect(again.every(({ body, headers }) => body === '{"a":1}' && headers['x-own'] === '1')).toBe(true)
  })

  test('a second 401 stands', async () => {
    const endpoint = await servers.http((_, response, n) => gives(response, n))
    const vendor = await vendorFor([])
    const { client } = clientFor(vendor.url, oauth(endpoint.url))
    expect(await client.send(GET, null)).toMatchObject({ kind: 'reply', status: 401, text: '{"credits":7}' })
    expect([endpoint.asked.length, vendor.asked.length]).toEqual([2, 2])
  })

  test('nothing goes once more that may not go any more', async () => {
    const endpoint = await servers.http((_, response, n) => gives(response, n))
    const vendor = await vendorFor(['tok-2'])
    const { client } = clientFor(vendor.url, oauth(endpoint.url))
    let asked = 0
    expect(await client.send(GET, null, () => ++asked === 1)).toMatchObject({ kind: 'not-sent' })
    expect(vendor.asked.length).toBe(1)
  })

  test('the balance is asked for with the token too', async () => {
    const endpoint = await servers.http((_, response, n) => gives(response, n))
    const vendor = await vendorFor(['tok-1'])
    const { client } = clientFor(vendor.url, oauth(endpoint.url))
    const balance = {
      request: { method: 'GET', path: '/account' },
      statuses: [],
      asOf: null,
      purchased: null,
      remaining: (body: unknown) => (body as { credits: number }).credits,
    }
    expect(await readBalance(client, { balance } as unknown as VendorRules, () => 0)).toMatchObject({ kind: 'balance' })
  })
})

describe('no token, and nothing is sent', () => {
  async function without(answer: (response: ServerResponse) => void, more = {}) {
    const endpoint = await servers.http((_, response) => answer(response))
    const vendor = await vendorFor([])
    const { client, seen } = clientFor(vendor.url, oauth(endpoint.url), more)
    const exchange = await client.send(GET, null)
    expect(vendor.asked).toEqual([])
    expect(seen).toMatchObject({ obtained: [], missed: [{ reason: expect.stringContaining('token endpoint') }] })
    return exchange
  }

  test('an endpoint that is down', async () => {
    expect(await without((response) => response.destroy())).toMatchObject({
      kind: 'not-sent',
      reason: expect.stringContaining('ECONNRESET'),
    })
  })

  test('one that hangs, after the timeout', async () => {
    const exchange = await without(() => {}, { timeoutMs: 150 })
    expect(exchange).toMatchObject({ kind: 'not-sent', reason: expect.stringContaining('ETIMEDOUT') })
  })

  test.each([
    [500, '{"error":"invalid_client"}'],
    [429, '{}'],
    [400, 'Bad Request'],
    [400, '{"error":"temporarily_unavailable"}'],
    [302, ''],
    [200, 'not JSON'],
    [200, 'null'],
    [200, '{"access_token":""}'],
    [200, '{"access_token":7}'],
    [200, '{"access_token":"line\\nbreak"}'],
  ])('%i %s: the caller backs off', async (status, text) => {
    const exchange = await without((response) => response.writeHead(status, { location: '/token2' }).end(text))
    expect(exchange).toMatchObject({ kind: 'not-sent', reason: expect.stringContaining('token') })
  })

  test.each([
    [400, '{"error":"invalid_client"}'],
    [400, '{"error":"unauthorized_client"}'],
    [400, '{"error":"invalid_grant"}'],
    [400, '{"error":"invalid_scope"}'],
    [401, ''],
    [403, '{"error":"access_denied"}'],
  ])('%i %s: the credentials are refused', async (status, text) => {
    const exchange = await without((response) => response.writeHead(status).end(text))
    expect(exchange).toMatchObject({ kind: 'reply', status: 401, text: expect.stringContaining('refuses the client') })
  })

  test('after a 401 that no new token follows, the caller backs off', async () => {
    const endpoint = await servers.http((_, response, n) => (n === 1 ? gives(response, n) : response.destroy()))
    const vendor = await vendorFor([])
    const { client } = clientFor(vendor.url, oauth(endpoint.url))
    expect(await client.send(GET, null)).toMatchObject({ kind: 'not-sent' })
    expect([endpoint.asked.length, vendor.asked.length]).toEqual([2, 1])
  })
})

test('a token that was obtained during the run is hidden in its log from then on', async () => {
  const endpoint = await servers.http((_, response, n) => gives(response, n))
  const vendor = await servers.http((request, response) => response.end(JSON.stringify(request.headers.authorization)))
  const secrets = new Secrets(['configured'])
  const said: string[] = []
  const write = (line: string) => void said.push(line)
  const log = await createLog({ level: 'info', pretty: false, color: false, secrets, write })
  log.info({ before: 'configured' }, 'began')
  const { client } = clientFor(vendor.url, oauth(endpoint.url), { obtained: (token: string) => secrets.add(token) })
  const exchange = await client.send(GET, null)
  expect(exchange).toMatchObject({ text: '"Bearer tok-1"' })
  log.info({ exchange, configured: 'configured' }, 'replied')
  expect(said.join('')).toContain('Bearer (hidden)')
  expect(said.join('')).not.toMatch(/tok-1|: ?"configured"/)
})

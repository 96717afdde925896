import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import type { VendorOptions } from '../../../src/index.ts'
import { onOneStage } from '../support/on-each-stage.ts'
import { type Call, scriptedVendor } from '../support/scripted-vendor.ts'

type Auth = NonNullable<VendorOptions['auth']>

const FIGURES = { charged: undefined, remaining: undefined }
const ACCOUNT = { body: { credits: { remaining: 100 } } }
const FOUND = { body: { data: { job_title: 'fresh' } } }

/** An endpoint that hands out tokens, each good for a while. */
async function tokenEndpoint(expiresIn: number): Promise<{ url: string; given: string[] }> {
  const given: string[] = []
  const server = createServer((_, response) => {
    given.push(`token-${given.length + 1}`)
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify({ access_token: given.at(-1), token_type: 'Bearer', expires_in: expiresIn }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/token`, given }
}

onOneStage((begin) => {
  test.each<[string, Auth, (call: Call) => unknown, unknown]>([
    ['header', { type: 'header', name: 'x-key', value: 'sesame-1' }, ({ headers }) => headers['x-key'], 'sesame-1'],
    ['bearer', { type: 'bearer', token: 'sesame-2' }, ({ headers }) => headers.authorization, 'Bearer sesame-2'],
    [
      'query',
      { type: 'query', name: 'api_key', value: 'se&same' },
      ({ url }) => url.searchParams.get('api_key'),
      'se&same',
    ],
    [
      'basic',
      { type: 'basic', username: 'us', password: 'sesame-4' },
      ({ headers }) => headers.authorization,
      `Basic ${Buffer.from('us:sesame-4').toString('base64')}`,
    ],
  ])('%s: every request carries it, the balance too, and no log line does', async (_, auth, read, expected) => {
    const stage = await begin({ people: 12 })
    const vendor = await scriptedVendor(({ url }) => (url.pathname === '/v1/account' ? ACCOUNT : FOUND))
    const performed = await stage.run({ vendor: { baseUrl: vendor.url, auth }, credits: FIGURES })
    expect(performed.summary.records.refreshed).toBe(12)
    expect(new Set(vendor.calls.map(read))).toEqual(new Set([expected]))
    expect(vendor.calls.some(({ url }) => url.pathname === '/v1/account')).toBe(true)
    expect(JSON.stringify([performed.logs, performed.events])).not.toMatch(/sesame|se&same|se%26same/)
  })

  test('oauth: one token for all, a new one when the vendor no longer takes it, and nobody is paid for twice', async () => {
    const stage = await begin({ people: 40 })
    const tokens = await tokenEndpoint(3_600)
    let revoked = false
    const vendor = await scriptedVendor(({ url, headers, number }) => {
      if (number === 20) revoked = true
      if (revoked && headers.authorization !== 'Bearer token-2') return { status: 401 }
      return url.pathname === '/v1/account' ? ACCOUNT : FOUND
    })
    const auth: Auth = { type: 'oauth', tokenUrl: tokens.url, clientId: 'me', clientSecret: 'sesame-5' }
    const performed = await stage.run({ vendor: { baseUrl: vendor.url, auth }, credits: FIGURES })
    expect(performed.summary).toMatchObject({ status: 'completed', records: { refreshed: 40, failed: 0 } })
    expect(performed.summary.credits.spent).toBe(40)
    expect(tokens.given).toEqual(['token-1', 'token-2'])
    expect(JSON.stringify([performed.logs, performed.events])).not.toMatch(/sesame|token-\d/)
  })

  test('oauth: credentials that are refused stop the run before anything is spent', async () => {
    const stage = await begin({ people: 5 })
    const server = createServer((_, response) => response.writeHead(401).end('{"error":"invalid_client"}'))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void server.close())
    const tokenUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
    const auth: Auth = { type: 'oauth', tokenUrl, clientId: 'me', clientSecret: 'sesame-6' }
    await expect(stage.run({ vendor: { auth } })).rejects.toThrow(/refuse|401/)
    expect(stage.vendor.bill.totals().charges).toBe(0)
  })
})

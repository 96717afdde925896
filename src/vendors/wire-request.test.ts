import { afterEach, expect, test } from 'vitest'
import { ServersUnderTest } from '../../test/support/vendors/server-under-test.ts'
import { bodyOf } from '../domain/call/request-body.ts'
import type { VendorRequest } from '../refresh/ports/vendor.ts'
import type { Authentication } from './authentication.ts'
import { vendorClient } from './vendor-client.ts'
import { wireRequest } from './wire-request.ts'

const servers = new ServersUnderTest()
afterEach(() => servers.closeAll())

const HEADERS = { 'X-More': 'as before', Accept: 'text/json' }
/** They say how a request travelled. */
const TRAVEL = ['accept-encoding', 'connection', 'content-length', 'host', 'transfer-encoding']

test.each<[VendorRequest, Authentication | null]>([
  [{ method: 'GET', path: '/x', query: { q: 'a b&c', none: null } }, null],
  [
    { method: 'get', path: '/x?y=1', headers: { 'X-More': 'its own' } },
    { type: 'query', params: { key: 'a b', second: '2' } },
  ],
  [
    { method: 'POST', path: '/x', json: { of: ['ü'] } },
    { type: 'bearer', token: 'tok' },
  ],
  [{ method: 'POST', path: '/x', form: { grant: 'all of it', none: null } }, null],
  [{ method: 'POST', path: '/x', body: '<ask/>', headers: { 'Content-Type': 'text/xml' } }, null],
  [
    { method: 'POST', path: '/x', json: {} },
    { type: 'basic', username: 'me', password: 'pä:ss' },
  ],
])('what is shown of %j is what the client sends', async (request, auth) => {
  const vendor = await servers.http((_, response) => response.end('{}'))
  const terms = { baseUrl: `${vendor.url}/`, headers: HEADERS, auth, idempotencyHeader: 'Idempotency-Key' }
  const clock = { monotonic: () => 0 }
  const client = vendorClient({ ...terms, timeoutMs: 5_000, maxSockets: 1, clock, obtained() {}, missed() {} })
  servers.closing(() => client.close())
  await client.send(request, 'call-1')
  const asked = vendor.asked[0]!
  const shown = wireRequest(terms, request, { idempotencyKey: 'call-1', token: '' })
  const sent = Object.entries(asked.headers).filter(([name]) => !TRAVEL.includes(name))
  expect(shown.headers).toEqual(Object.fromEntries(sent))
  expect(shown.url).toBe(vendor.url + asked.url)
  expect(shown.method).toBe(asked.method)
  expect(shown.body).toEqual(request.json ?? bodyOf(request)?.text ?? null)
})

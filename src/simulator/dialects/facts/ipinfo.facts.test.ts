import { afterEach, expect, test } from 'vitest'
import { request, VendorsUnderTest } from '../../../../test/support/simulator/vendor-under-test.ts'
import type { SimulatedVendor, VendorOptions } from '../../vendor.ts'

const vendors = new VendorsUnderTest()
afterEach(() => vendors.closeAll())

const start = (more: VendorOptions = {}) => vendors.start({ dialect: 'ipinfo', ...more })
const post = (vendor: SimulatedVendor, path: string, items: unknown, headers: Record<string, string> = {}) =>
  request(vendor, path, { method: 'POST', body: JSON.stringify(items), headers })
const requests = async (vendor: SimulatedVendor) => (await request(vendor, '/me')).json.requests

test('a batch is answered as an object by what was sent (developers/batch-enrichment-api)', async () => {
  const { status, json } = await post(await start(), '/batch', ['192.0.2.1', 'lite/192.0.2.2', '2001:db8::1'])
  expect(status).toBe(200)
  expect(Object.keys(json)).toEqual(['192.0.2.1', 'lite/192.0.2.2', '2001:db8::1'])
  expect(json['192.0.2.1']).toMatchObject({
    ip: '192.0.2.1',
    geo: { country_code: expect.any(String) },
    as: { asn: expect.stringMatching(/^AS\d+$/), type: 'isp' },
    is_hosting: false,
  })
  expect(json['lite/192.0.2.2']).toMatchObject({ ip: '192.0.2.2', as_name: expect.any(String) })
})

test('Lite has eight fields (developers, Lite)', async () => {
  const { json } = await post(await start(), '/batch/lite', ['192.0.2.1'])
  expect(Object.keys(json['192.0.2.1'])).toEqual([
    'ip',
    'asn',
    'as_name',
    'as_domain',
    'country_code',
    'country',
    'continent_code',
    'continent',
  ])
})

test('the old shape has country and org at its top (OpenAPI)', async () => {
  const { json } = await post(await start(), '/batch/legacy', ['192.0.2.1'])
  expect(json['192.0.2.1']).toMatchObject({ country: expect.any(String), org: expect.stringMatching(/^AS\d+ /) })
})

test('a bogon is told as one, in a 200 (the vendor’s clients)', async () => {
  const { json } = await post(await start(), '/batch/lite', ['192.168.1.1'])
  expect(json).toEqual({ '192.168.1.1': { ip: '192.168.1.1', bogon: true } })
})

test('a single field is a bare text (developers/batch-enrichment-api)', async () => {
  const { json } = await post(await start(), '/batch/lite', ['192.0.2.1/country_code'])
  expect(json['192.0.2.1/country_code']).toMatch(/^[A-Z]{2}$/)
})

test('an address that is there twice has one answer (developers/batch-enrichment-api)', async () => {
  const { json } = await post(await start(), '/batch', ['192.0.2.1', '192.0.2.1'])
  expect(Object.keys(json)).toEqual(['192.0.2.1'])
})

test('filter=1 leaves out what has no answer (developers/batch-enrichment-api)', async () => {
  const vendor = await start({ misses: (key) => key === '192.0.2.2' })
  const { json } = await post(vendor, '/batch?filter=1', ['192.0.2.1', '192.0.2.2', 'not-an-ip'])
  expect(Object.keys(json)).toEqual(['192.0.2.1'])
})

test('without, it has an error, or is absent, too (in doubt)', async () => {
  const vendor = await start()
  const { json } = await post(vendor, '/batch', ['192.0.2.1', 'not-an-ip'])
  expect(json['not-an-ip']).toMatchObject({ status: 404, error: { title: 'Wrong ip' } })
  vendor.behave({ variants: ['bad-items-absent'] })
  expect(Object.keys((await post(vendor, '/batch', ['192.0.2.1', 'not-an-ip'])).json)).toEqual(['192.0.2.1'])
})

test.each([[[]], [Array.from({ length: 1_001 }, (_, i) => `192.0.2.${i}`)], [{ ips: ['192.0.2.1'] }]])(
  'none, more than 1,000 and what is no list are a 400 (developers/batch-enrichment-api)',
  async (items) => {
    expect((await post(await start(), '/batch', items)).status).toBe(400)
  },
)

test('an item is a request, again and again, and no reply says so (developers/batch-enrichment-api)', async () => {
  const vendor = await start()
  const { text, headers } = await post(vendor, '/batch', ['192.0.2.1', '192.0.2.2'])
  await post(vendor, '/batch', ['192.0.2.1', '192.0.2.2'])
  expect(vendor.bill.totals().lookupCredits).toBe(4)
  expect(text + Object.keys(headers)).not.toMatch(/credit|remaining|limit/i)
})

test('Lite is without a limit, in another batch too (developers, Lite)', async () => {
  const vendor = await start({ remaining: 0 })
  expect((await post(vendor, '/batch/lite', ['192.0.2.1'])).status).toBe(200)
  expect((await post(vendor, '/batch', ['lite/192.0.2.1'])).status).toBe(200)
  expect((await request(vendor, '/lite/192.0.2.1')).status).toBe(200)
  expect(vendor.bill.totals().charges).toBe(0)
})

test('one address at a time: Lite and Core (OpenAPI; the vendor’s clients)', async () => {
  const vendor = await start()
  expect((await request(vendor, '/lite/192.0.2.1')).json.as_domain).toBe('example.net')
  expect((await request(vendor, '/lookup/192.0.2.1')).json.geo).toBeDefined()
  expect(vendor.bill.totals().lookupCredits).toBe(1)
})

test('what is no address is a 400 alone (seen)', async () => {
  const { status, json } = await request(await start(), '/lookup/not-an-ip')
  expect([status, json]).toEqual([400, { error: 'Please provide a valid IP address' }])
})

test.each([
  ['/batch', { authorization: 'Bearer tok' }],
  ['/batch', { authorization: `Basic ${Buffer.from('tok:').toString('base64')}` }],
  ['/batch?token=tok', {}],
])('the token is a bearer’s, a user’s or a parameter: %s %j (developers)', async (path, headers) => {
  expect((await post(await start({ apiKey: 'tok' }), path, ['192.0.2.1'], headers)).status).toBe(200)
})

test('a wrong token is a 403 (OpenAPI)', async () => {
  const { status, json } = await post(await start({ apiKey: 'tok' }), '/batch?token=other', ['192.0.2.1'])
  expect([status, json.title]).toEqual([403, 'Unknown token'])
})

test('a free token opens Lite alone (developers/batch-enrichment-api)', async () => {
  const vendor = await start({ variants: ['lite-token'] })
  expect((await post(vendor, '/batch/lite', ['192.0.2.1'])).status).toBe(200)
  const { status, json } = await post(vendor, '/batch', ['192.0.2.1'])
  expect([status, json.status, json.error.title]).toEqual([403, 403, 'Unknown token'])
  vendor.behave({ variants: ['lite-token', 'flat-errors'] })
  expect((await request(vendor, '/lookup/192.0.2.1')).json.title).toBe('Unknown token')
})

test('out of requests and too fast are the same 429, without a wait (developers; faq 90)', async () => {
  const empty = await post(await start({ remaining: 0 }), '/batch', ['192.0.2.1'])
  const vendor = await start({ perSecond: 1 })
  await post(vendor, '/batch', ['192.0.2.1'])
  const fast = await post(vendor, '/batch', ['192.0.2.1'])
  for (const { status, json, headers } of [empty, fast]) {
    expect([status, json.title]).toEqual([429, 'Rate limit exceeded'])
    expect(headers['retry-after']).toBeUndefined()
  }
})

test('/me tells what remains as the largest integer less what was used, and the token (example of the OpenAPI file)', async () => {
  const { json } = await request(await start({ allotment: 50_000, remaining: 49_931 }), '/me')
  expect(json.token).toBe('SECRET')
  expect(json.requests).toEqual({ day: 0, month: 69, limit: 50_000, remaining: 2_147_483_578 })
})

test('without overage it is what remains of the limit (faq 90)', async () => {
  const vendor = await start({ allotment: 50_000, remaining: 49_931, variants: ['hard-limit'] })
  expect((await requests(vendor)).remaining).toBe(49_931)
  await post(vendor, '/batch', ['192.0.2.1'])
  expect(await requests(vendor)).toMatchObject({ month: 70, remaining: 49_930 })
})

test('a failure of the server is plain text (OpenAPI)', async () => {
  const { status, text, headers } = await post(await start({ faults: { error500: {} } }), '/batch', ['192.0.2.1'])
  expect([status, text]).toEqual([500, 'Internal server error'])
  expect(headers['content-type']).toContain('text/plain')
})

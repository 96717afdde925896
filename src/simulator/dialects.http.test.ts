import { afterEach, describe, expect, test } from 'vitest'
import { control, enrich, request, VendorsUnderTest } from '../../test/support/simulator/vendor-under-test.ts'
import { dialectNames, dialects } from './dialects/dialects.ts'

const vendors = new VendorsUnderTest()
afterEach(() => vendors.closeAll())

test('the dialect brings what that vendor does otherwise, unless something else is asked for', async () => {
  const vendor = await vendors.start({ dialect: 'people-data-labs', maxBulkRecords: 5 })
  const { json } = await control(vendor, 'GET', 'behaviour')
  expect(json).toMatchObject({ dialect: 'people-data-labs', idempotency: false, maxBulkRecords: 5, version: 1 })
  expect((await enrich(vendor, 'a')).status).toBe(404)
})

test('it can be changed while the vendor runs, there and back', async () => {
  const vendor = await vendors.start()
  await control(vendor, 'PATCH', 'behaviour', { dialect: 'people-data-labs' })
  const seen = await request(vendor, '/v5/person/enrich?email=a')
  expect(seen.json).toMatchObject({ status: 200, data: { job_title: expect.any(String) } })
  expect(seen.headers['x-call-credits-spent']).toBe('1')
  await control(vendor, 'PATCH', 'behaviour', { dialect: 'spenddown' })
  expect((await enrich(vendor, 'a')).json.data).toBeDefined()
  expect((await control(vendor, 'GET', 'behaviour')).json).toMatchObject({ idempotency: true, retryAfter: 'seconds' })
})

test('one that does not exist is told with those that do', async () => {
  const vendor = await vendors.start()
  const { status, json } = await control(vendor, 'PATCH', 'behaviour', { dialect: 'klingon' })
  expect(status).toBe(400)
  expect(json.problems[0]).toContain('dialect: Invalid option: expected one of "spenddown"')
})

describe.each(dialectNames)('%s', (dialect) => {
  const lookups = dialects[dialect].routes.filter(({ does }) => does !== 'account')

  test('what cannot be understood, or is not there, is refused in its own words', async () => {
    const vendor = await vendors.start({ dialect, apiKey: 'k' })
    expect((await request(vendor, '/no/such/thing')).status).toBe(404)
    expect((await request(vendor, lookups[0]?.path ?? '', { method: 'DELETE' })).json).toBeDefined()
    for (const { path, method } of lookups) {
      const refused = await request(vendor, `${path}x`, { method })
      const above = dialects[dialect].routes.filter((route) => route.path.endsWith('/') && path.startsWith(route.path))
      const withoutKey = dialect === 'ipinfo' ? 403 : 401
      const isRoute = above.some((route) => route.method === method)
      expect(refused.status, path).toBe(above.length === 0 ? 404 : isRoute ? withoutKey : 405)
    }
    expect(vendor.bill.totals().charges).toBe(0)
  })

  test('its own credits headers and errors can be switched off and changed as any vendor’s', async () => {
    const vendor = await vendors.start({ dialect, creditHeaders: { charged: false, remaining: false }, apiKey: null })
    const { headers } = await request(vendor, `${lookups[0]?.path}?email=a`, { method: lookups[0]?.method ?? 'GET' })
    expect(Object.keys(headers).filter((name) => /credits-(charged|spent|remaining)|totallimit/.test(name))).toEqual([])
  })
})

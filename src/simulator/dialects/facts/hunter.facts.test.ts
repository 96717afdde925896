import { afterEach, expect, test } from 'vitest'
import { request, VendorsUnderTest } from '../../../../test/support/simulator/vendor-under-test.ts'
import type { VendorOptions } from '../../vendor.ts'

const FIND = '/v2/people/find'

const vendors = new VendorsUnderTest()
afterEach(() => vendors.closeAll())

const start = (more: VendorOptions = {}) => vendors.start({ dialect: 'hunter', ...more })

test('a person is found by address or handle, and the handle goes first (api-documentation/v2#email-enrichment)', async () => {
  const vendor = await start()
  const { status, json } = await request(vendor, `${FIND}?email=ada@example.com`)
  expect(status).toBe(200)
  expect(json.data).toMatchObject({ email: 'ada@example.com', name: { fullName: expect.any(String) }, employment: {} })
  const both = await request(vendor, `${FIND}?email=ada@example.com&linkedin_handle=adakaya`)
  expect(both.json.data.id).toBe('hunter-adakaya')
})

test('it costs 0.2 of a credit on plans of today (cursor-plugin, hunter-person-enrichment)', async () => {
  const vendor = await start()
  for (const email of ['a', 'b', 'c']) await request(vendor, `${FIND}?email=${email}`)
  expect(vendor.account.remaining).toBe(9_999.4)
})

test('it costs 1 on a plan of two buckets (cursor-plugin, hunter-person-enrichment)', async () => {
  const vendor = await start({ variants: ['legacy-plan'] })
  await request(vendor, `${FIND}?email=a`)
  expect(vendor.account.remaining).toBe(9_999)
})

test('a miss is a free 404 (api-documentation/v2#email-enrichment)', async () => {
  const vendor = await start({ matchRate: 0 })
  const { status, json } = await request(vendor, `${FIND}?email=a`)
  expect([status, json.errors[0].code]).toEqual([404, 404])
  expect(vendor.bill.totals().charges).toBe(0)
})

test('no address and no handle is a 400 wrong_params (api-documentation/v2#errors)', async () => {
  const { status, json } = await request(await start(), FIND)
  expect([status, json.errors[0].id]).toEqual([400, 'wrong_params'])
})

test('the key goes in the query, in X-API-KEY or as a bearer; another is a 401 (api-documentation/v2#authentication)', async () => {
  const vendor = await start({ apiKey: 'k' })
  const ways = [
    await request(vendor, `${FIND}?email=a&api_key=k`),
    await request(vendor, `${FIND}?email=a`, { headers: { 'X-API-KEY': 'k' } }),
    await request(vendor, `${FIND}?email=a`, { headers: { Authorization: 'Bearer k' } }),
    await request(vendor, `${FIND}?email=a&api_key=other`),
  ]
  expect(ways.map(({ status }) => status)).toEqual([200, 200, 200, 401])
  expect(ways[3]?.json.errors[0].id).toBe('authentication_failed')
})

test('too fast is a 403 that names no time (api-documentation/v2#errors)', async () => {
  const vendor = await start({ perSecond: 1 })
  await request(vendor, `${FIND}?email=a`)
  const { status, json, headers } = await request(vendor, `${FIND}?email=b`)
  expect([status, json.errors[0].code]).toEqual([403, 403])
  expect(headers['retry-after']).toBeUndefined()
})

test('out of quota is a 429 too_many_requests (api-documentation/v2#errors; body in bhavsec/reconspider#59)', async () => {
  const { status, json } = await request(await start({ remaining: 0.1 }), `${FIND}?email=a`)
  expect(status).toBe(429)
  expect(json.errors[0]).toMatchObject({ id: 'too_many_requests', code: 429 })
})

test('whom the law protects is a 451 claimed_email (api-documentation/v2#errors)', async () => {
  const { status, json } = await request(await start({ faults: { legalBlock: {} } }), `${FIND}?email=a`)
  expect([status, json.errors[0].id]).toEqual([451, 'claimed_email'])
})

test('the account tells credits used, available and remaining, and the day of the reset (api-documentation/v2#account, cursor-plugin)', async () => {
  const vendor = await start({ allotment: 10_000, remaining: 9_450, resetAt: Date.UTC(2126, 6, 11) })
  const { json } = await request(vendor, '/v2/account')
  expect(json.data.requests.credits).toEqual({ used: 550, available: 10_000, remaining: 9_450 })
  expect(json.data.reset_date).toBe('2126-07-11')
  expect((await request(vendor, '/v2/usage')).json.data.requests.credits.remaining).toBe(9_450)
})

test('the counts of before are whole numbers and lag behind fractions (api-documentation/v2#account)', async () => {
  const vendor = await start()
  for (const email of ['a', 'b', 'c']) await request(vendor, `${FIND}?email=${email}`)
  const { credits, searches } = (await request(vendor, '/v2/account')).json.data.requests
  expect([credits.used, searches.used]).toEqual([0.6, 0])
})

test('available less used is too low where a pack is partly spent (cursor-plugin, hunter-check-usage)', async () => {
  const vendor = await start({ allotment: 500, purchased: 100, remaining: 250, variants: ['pack-partly-used'] })
  const { used, available, remaining } = (await request(vendor, '/v2/account')).json.data.requests.credits
  expect(remaining).toBe(250)
  expect(available - used).toBe(150)
})

test('the example of the reference has no remaining (api-documentation/v2#account)', async () => {
  const vendor = await start({ variants: ['no-remaining'] })
  expect((await request(vendor, '/v2/account')).json.data.requests.credits).toEqual({ used: 0, available: 10_000 })
})

test('a plan of two buckets has no credits to read (api-documentation/v2#usage, cursor-plugin)', async () => {
  const { requests } = (await request(await start({ variants: ['legacy-plan'] }), '/v2/account')).json.data
  expect(requests.credits).toBeUndefined()
  expect(requests.searches).toEqual({ used: 0, available: 10_000, remaining: 10_000 })
})

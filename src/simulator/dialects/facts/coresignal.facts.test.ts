import { afterEach, expect, test } from 'vitest'
import { request, VendorsUnderTest } from '../../../../test/support/simulator/vendor-under-test.ts'
import type { VendorOptions } from '../../vendor.ts'

const COLLECT = '/cdapi/v2/employee_multi_source/collect'

const vendors = new VendorsUnderTest()
afterEach(() => vendors.closeAll())

const start = (more: VendorOptions = {}) => vendors.start({ dialect: 'coresignal', ...more })

test.each(['4242', 'ada-kaya', encodeURIComponent('https://www.linkedin.com/in/ada-kaya')])(
  '%s: a record is collected by id, short name or profile URL (api/multi-source-employee-api-collect-endpoints)',
  async (key) => {
    const { status, json } = await request(await start(), `${COLLECT}/${key}`)
    expect(status).toBe(200)
    expect(json).toMatchObject({ id: decodeURIComponent(key), experience: [{ active_experience: 1 }] })
  },
)

test.each([
  ['employee_multi_source', 20],
  ['employee_clean', 10],
  ['employee_base', 10],
])('a record of %s costs %i (pricing/pricing)', async (product, cost) => {
  const vendor = await start()
  await request(vendor, `/cdapi/v2/${product}/collect/1`)
  expect(vendor.bill.totals().lookupCredits).toBe(cost)
})

test('a 200 tells the balance in x-credits-remaining (api-introduction/credits)', async () => {
  const { headers } = await request(await start({ remaining: 9_993 }), `${COLLECT}/1`)
  expect(headers['x-credits-remaining']).toBe('9973')
})

test('a miss is a 404 that costs nothing and, in doubt, tells no balance (api-introduction/response-codes)', async () => {
  const vendor = await start({ matchRate: 0 })
  const { status, json, headers } = await request(vendor, `${COLLECT}/1`)
  expect([status, json]).toEqual([404, { detail: 'Not found' }])
  expect(headers['x-credits-remaining']).toBeUndefined()
  expect(vendor.bill.totals().charges).toBe(0)
  vendor.behave({ variants: ['balance-everywhere'] })
  expect((await request(vendor, `${COLLECT}/1`)).headers['x-credits-remaining']).toBe('10000')
})

test('out of credits is a 402 with a detail (api-introduction/credits)', async () => {
  const { status, json, headers } = await request(await start({ remaining: 19 }), `${COLLECT}/1`)
  expect([status, json]).toEqual([402, { detail: 'Insufficient credits' }])
  expect(headers['x-credits-remaining']).toBeUndefined()
})

test('a wrong key in the header apikey is a 401 (api-introduction/authorization, response-codes)', async () => {
  const vendor = await start({ apiKey: 'k' })
  expect((await request(vendor, `${COLLECT}/1`, { headers: { apikey: 'other' } })).status).toBe(401)
  expect((await request(vendor, `${COLLECT}/1`, { headers: { apikey: 'k' } })).status).toBe(200)
})

test('too fast is a 429; neither a wait nor a limit is told in headers (api-introduction/rate-limits)', async () => {
  const vendor = await start({ perSecond: 5 })
  const seen = await Promise.all([1, 2, 3, 4, 5, 6].map((id) => request(vendor, `${COLLECT}/${id}`)))
  const refused = seen.filter(({ status }) => status === 429)
  expect(refused.length).toBe(1)
  expect(Object.keys(refused[0]?.headers ?? {}).filter((name) => /retry|limit/.test(name))).toEqual([])
})

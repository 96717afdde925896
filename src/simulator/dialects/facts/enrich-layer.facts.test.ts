import { afterEach, expect, test } from 'vitest'
import { request, VendorsUnderTest } from '../../../../test/support/simulator/vendor-under-test.ts'
import type { VendorOptions } from '../../vendor.ts'

const ADA = `/api/v2/profile?profile_url=${encodeURIComponent('https://linkedin.com/in/ada-kaya/')}`

const vendors = new VendorsUnderTest()
afterEach(() => vendors.closeAll())

const start = (more: VendorOptions = {}) => vendors.start({ dialect: 'enrich-layer', ...more })

test('a profile is found by its URL and says when it was last looked at (api/v2/people-api/person-profile, help 13762733)', async () => {
  const { status, json } = await request(await start(), ADA)
  expect(status).toBe(200)
  expect(json).toMatchObject({ full_name: expect.any(String), experiences: [{ ends_at: null }] })
  expect(Date.parse(json.meta.last_updated)).toBeGreaterThan(0)
})

test.each([
  ['', '1'],
  ['&use_cache=if-present', '1'],
  ['&use_cache=if-recent', '2'],
  ['&live_fetch=force', '10'],
  ['&extra=include&github_profile_id=include', '3'],
])(
  '%s costs %s, as x-enrichlayer-credit-cost says (guides/cache-behavior, guides/credits; header seen in June 2026)',
  async (more, cost) => {
    const vendor = await start()
    expect((await request(vendor, ADA + more)).headers['x-enrichlayer-credit-cost']).toBe(cost)
    expect(vendor.bill.totals().lookupCredits).toBe(Number(cost))
  },
)

test('where the account wants fresh data a plain profile costs 2, unless use_cache says otherwise (help 11517992)', async () => {
  const vendor = await start({ variants: ['fresh-by-default'] })
  expect((await request(vendor, ADA)).headers['x-enrichlayer-credit-cost']).toBe('2')
  expect((await request(vendor, `${ADA}&use_cache=if-present`)).headers['x-enrichlayer-credit-cost']).toBe('1')
})

test('a miss is a free 404, and says so (guides/errors)', async () => {
  const vendor = await start({ matchRate: 0 })
  const { status, json, headers } = await request(vendor, ADA)
  expect([status, json.code]).toEqual([404, 404])
  expect(headers['x-enrichlayer-credit-cost']).toBe('0')
  expect(vendor.bill.totals().charges).toBe(0)
})

test('a wrong bearer key is a 401 (seen in June 2026)', async () => {
  const vendor = await start({ apiKey: 'k' })
  const { status, json } = await request(vendor, ADA, { headers: { authorization: 'Bearer other' } })
  expect(status).toBe(401)
  expect(json).toEqual({ code: 401, description: 'Invalid API key', name: 'Unauthorized' })
  expect((await request(vendor, ADA, { headers: { authorization: 'Bearer k' } })).status).toBe(200)
})

test('out of credits is a 403, also where the call would cost more than is left (guides/errors, billing/not-enough-credits-error)', async () => {
  const vendor = await start({ remaining: 1 })
  const { status, json, headers } = await request(vendor, `${ADA}&use_cache=if-recent`)
  expect(status).toBe(403)
  expect(json).toMatchObject({ code: 403, description: 'Not enough credits' })
  expect(headers['x-enrichlayer-credit-cost']).toBe('0')
  expect((await request(vendor, ADA)).status).toBe(200)
})

test('a trial has two requests a minute; a 429 is free and names no time (help 13952916, guides/errors)', async () => {
  const vendor = await start({ perMinute: 2 })
  const seen = [await request(vendor, ADA), await request(vendor, ADA), await request(vendor, ADA)]
  expect(seen.map(({ status }) => status)).toEqual([200, 200, 429])
  expect(seen[2]?.headers['retry-after']).toBeUndefined()
  expect(vendor.bill.totals().lookupCredits).toBe(2)
})

test('an enrichment that failed is a free 503, to be tried again (guides/errors)', async () => {
  const vendor = await start({ faults: { error503: { next: 1 } } })
  const { status, json, headers } = await request(vendor, ADA)
  expect([status, json.code, headers['x-enrichlayer-credit-cost']]).toEqual([503, 503, '0'])
  expect((await request(vendor, ADA)).status).toBe(200)
})

test('one identifier, no more and no less: otherwise a 400 names the fields (person-profile; shape seen in June 2026)', async () => {
  const vendor = await start()
  const both = await request(vendor, `${ADA}&twitter_profile_url=https://x.com/ada`)
  const none = await request(vendor, '/api/v2/profile?use_cache=if-present')
  for (const { status, json } of [both, none]) {
    expect(status).toBe(400)
    expect(json).toMatchObject({ error: 'Invalid input parameters', invalid_fields: {} })
  }
})

test('the balance is one number and free (api/v2/meta-api/view-credit-balance)', async () => {
  expect((await request(await start({ remaining: 321 }), '/api/v2/credit-balance')).json).toEqual({
    credit_balance: 321,
  })
})

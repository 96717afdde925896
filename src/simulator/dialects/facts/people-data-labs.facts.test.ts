import { afterEach, expect, test } from 'vitest'
import { request, VendorsUnderTest } from '../../../../test/support/simulator/vendor-under-test.ts'
import type { SimulatedVendor, VendorOptions } from '../../vendor.ts'

const vendors = new VendorsUnderTest()
afterEach(() => vendors.closeAll())

const start = (more: VendorOptions = {}) => vendors.start({ dialect: 'people-data-labs', ...more })
const post = (vendor: SimulatedVendor, path: string, body: unknown) =>
  request(vendor, path, { method: 'POST', body: JSON.stringify(body) })

test('a match says 200, its likelihood and the data (docs/bulk-enrichment-api)', async () => {
  const { status, json } = await request(await start(), '/v5/person/enrich?email=ada@example.com')
  expect(status).toBe(200)
  expect(json).toMatchObject({ status: 200, likelihood: 8, data: { id: 'pdl-ada@example.com' } })
})

test('a miss is a free 404 of type not_found (docs/errors)', async () => {
  const { status, json, headers } = await request(await start({ matchRate: 0 }), '/v5/person/enrich?email=a')
  expect(status).toBe(404)
  const message = 'No records were found matching your request'
  expect(json).toEqual({ status: 404, error: { type: ['not_found'], message } })
  expect(headers['x-call-credits-spent']).toBe('0')
})

test('replies give error.type as a list (tests of peopledatalabs-go), the documents as a text (docs/errors)', async () => {
  const vendor = await start({ matchRate: 0, variants: ['error-type-text'] })
  expect((await request(vendor, '/v5/person/enrich?email=a')).json.error.type).toBe('not_found')
})

test('a wrong key is a 401, in the header X-Api-Key or as api_key (docs/input-parameters-person-retrieve-api)', async () => {
  const vendor = await start({ apiKey: 'k' })
  const wrong = await request(vendor, '/v5/person/enrich?email=a', { headers: { 'X-Api-Key': 'other' } })
  expect(wrong.status).toBe(401)
  expect(wrong.json.error.type).toEqual(['authentication_error'])
  expect(wrong.headers['x-totallimit-remaining']).toBeUndefined()
  expect((await request(vendor, '/v5/person/enrich?email=a', { headers: { 'X-Api-Key': 'k' } })).status).toBe(200)
  expect((await request(vendor, '/v5/person/enrich?email=a&api_key=k')).status).toBe(200)
})

test('the balance is in the headers; totallimit counts overages in (docs/usage-limits)', async () => {
  const { headers } = await request(await start({ remaining: 343 }), '/v5/person/enrich?email=a')
  expect(headers).toMatchObject({
    'x-call-credits-spent': '1',
    'x-call-credits-type': 'enrich',
    'x-totallimit-remaining': '1342',
    'x-totallimit-purchased-remaining': '342',
    'x-totallimit-overages-remaining': '1000',
  })
})

test('a plan may have no overage; then both totals are the same (headers seen in public clients)', async () => {
  const { headers } = await request(
    await start({ remaining: 343, variants: ['no-overage'] }),
    '/v5/person/enrich?email=a',
  )
  expect(headers).toMatchObject({ 'x-totallimit-remaining': '342', 'x-totallimit-purchased-remaining': '342' })
})

test.each(['GET', 'HEAD'])(
  '%s without parameters is a free 400 that tells the balance (docs/usage-limits)',
  async (method) => {
    const vendor = await start({ remaining: 342 })
    const { status, headers } = await request(vendor, '/v5/person/enrich', { method })
    expect(status).toBe(400)
    expect(headers).toMatchObject({ 'x-call-credits-spent': '0', 'x-totallimit-purchased-remaining': '342' })
    expect(vendor.bill.totals().charges).toBe(0)
  },
)

test('out of credits is a 402 payment_required (docs/errors; message seen in public replies)', async () => {
  const { status, json, headers } = await request(await start({ remaining: 0 }), '/v5/person/enrich?email=a')
  expect(status).toBe(402)
  const message = 'You have hit your account maximum for person enrichment (all matches used)'
  expect(json).toEqual({ status: 402, error: { type: ['payment_required'], message } })
  expect(headers['x-totallimit-purchased-remaining']).toBe('0')
})

test('too fast is a 429 rate_limit_error; the reset is an instant, the limits are objects in single quotes (docs/usage-limits)', async () => {
  const vendor = await start({ perMinute: 1 })
  const first = await request(vendor, '/v5/person/enrich?email=a')
  expect(first.headers['x-ratelimit-limit']).toBe("{'minute': 1, 'day': None, 'month': None}")
  expect(first.headers['x-ratelimit-remaining']).toBe("{'minute': 0, 'day': None, 'month': None}")
  expect(first.headers['x-ratelimit-reset']).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)
  const { status, json, headers } = await request(vendor, '/v5/person/enrich?email=a')
  expect(status).toBe(429)
  expect(json.error.type).toEqual(['rate_limit_error'])
  expect(headers['retry-after']).toBeUndefined()
})

test('bulk answers a list in the order asked, each with its own status, its metadata whole (docs/bulk-enrichment-api)', async () => {
  const vendor = await start({ misses: (key) => key === 'nobody@example.com' })
  const { status, json, headers } = await post(vendor, '/v5/person/bulk', {
    requests: [
      { params: { profile: ['linkedin.com/in/ada'] }, metadata: { user_id: 123, tags: ['x'] } },
      { params: { email: 'nobody@example.com' }, metadata: { user_id: 124 } },
      { params: {} },
    ],
  })
  expect(status).toBe(200)
  expect(json.map((each: { status: number }) => each.status)).toEqual([200, 404, 400])
  expect(json[0].metadata).toEqual({ user_id: 123, tags: ['x'] })
  expect(json[1].metadata).toEqual({ user_id: 124 })
  expect(headers['x-call-credits-spent']).toBe('1')
})

test('bulk takes 100 at most (docs/bulk-enrichment-api)', async () => {
  const requests = Array.from({ length: 101 }, (_, i) => ({ params: { email: `${i}@example.com` } }))
  const { status, json } = await post(await start(), '/v5/person/bulk', { requests })
  expect(status).toBe(400)
  expect(json.error.type).toEqual(['invalid_request_error'])
})

test('Retrieve bills a record that was never seen before (docs/output-response-person-retrieve-api)', async () => {
  const { json, headers } = await request(await start(), '/v5/person/retrieve/pdl-ada')
  expect(json).toMatchObject({ status: 200, billed: true, data: { id: 'pdl-ada' } })
  expect(json.likelihood).toBeUndefined()
  expect(headers).toMatchObject({ 'x-call-credits-spent': '1', 'x-call-credits-type': 'enrich' })
})

test('Retrieve bills nothing where the record is as it was last seen, by whatever endpoint (docs/reference-person-retrieve-api)', async () => {
  const vendor = await start()
  await request(vendor, '/v5/person/enrich?pdl_id=pdl-ada')
  const { json, headers } = await request(vendor, '/v5/person/retrieve/pdl-ada')
  expect(json.billed).toBe(false)
  expect(headers['x-call-credits-spent']).toBe('0')
})

test('Retrieve bills once what has changed since (docs/reference-person-retrieve-api)', async () => {
  const vendor = await start()
  await request(vendor, '/v5/person/retrieve/pdl-ada')
  vendor.behave({ version: 2 })
  expect((await request(vendor, '/v5/person/retrieve/pdl-ada')).json.billed).toBe(true)
  expect((await request(vendor, '/v5/person/retrieve/pdl-ada')).json.billed).toBe(false)
})

test('Retrieve in bulk: by id, 100 a call, in order, each with status, billed and metadata (docs/bulk-person-retrieve)', async () => {
  const vendor = await start({ changeShare: 0.5 })
  const ids = Array.from({ length: 100 }, (_, i) => ({ id: `pdl-${i}`, metadata: { i } }))
  const bills = (json: { billed: boolean }[]) => json.filter(({ billed }) => billed).length
  const first = await post(vendor, '/v5/person/retrieve/bulk', { requests: ids })
  expect(first.json[7]).toMatchObject({ status: 200, billed: true, data: { id: 'pdl-7' }, metadata: { i: 7 } })
  expect(bills(first.json)).toBe(100)
  vendor.behave({ version: 2 })
  const second = await post(vendor, '/v5/person/retrieve/bulk', { requests: ids })
  expect(bills(second.json)).toBeGreaterThan(25)
  expect(bills(second.json)).toBeLessThan(75)
  expect(second.headers['x-call-credits-spent']).toBe(String(bills(second.json)))
})

test('an id that is no person’s is a 404, alone or in bulk, and costs nothing (docs/faqs-person-retrieve-api)', async () => {
  const vendor = await start()
  expect((await request(vendor, '/v5/person/retrieve/company-1')).status).toBe(404)
  const { json } = await post(vendor, '/v5/person/retrieve/bulk', { requests: [{ id: 'company-1' }, { id: 'pdl-a' }] })
  expect(json.map((each: { status: number }) => each.status)).toEqual([404, 200])
  expect(vendor.bill.totals().lookupCredits).toBe(1)
})

test('the id is part of the path, not a parameter (docs/reference-person-retrieve-api)', async () => {
  expect((await request(await start(), '/v5/person/retrieve?person_id=pdl-a')).status).toBe(404)
})

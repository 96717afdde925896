import { afterEach, describe, expect, test } from 'vitest'
import { bulk, enrich, request, VendorsUnderTest } from '../../../test/support/simulator/vendor-under-test.ts'

const vendors = new VendorsUnderTest()
afterEach(() => vendors.closeAll())

const keys = Array.from({ length: 200 }, (_, i) => `p${i}@x.example`)

describe('a single lookup', () => {
  test('answers with data, and says what it cost and what is left', async () => {
    const vendor = await vendors.start({ allotment: 10 })
    const seen = await enrich(vendor, 'ada@x.example')
    expect(seen.status).toBe(200)
    expect(seen.json.data).toMatchObject({ key: 'ada@x.example', version: 1, job_title: expect.any(String) })
    expect(seen.headers).toMatchObject({ 'x-credits-charged': '1', 'x-credits-remaining': '9' })
    expect(seen.headers['content-type']).toContain('application/json')
    expect(vendor.bill.entries()).toMatchObject([{ kind: 'lookup', records: ['ada@x.example'], credits: 1 }])
  })

  test('answers the same for the same seed, key and version, and otherwise not', async () => {
    const one = await vendors.start({ seed: 5 })
    const two = await vendors.start({ seed: 5 })
    const first = await enrich(one, 'ada@x')
    expect((await enrich(two, 'ada@x')).text).toBe(first.text)
    one.behave({ version: 2 })
    expect((await enrich(one, 'ada@x')).json.data.version).toBe(2)
    expect((await enrich(await vendors.start({ seed: 6 }), 'ada@x')).text).not.toBe(first.text)
  })

  test.each([
    ['/v1/enrich?id=42', '42'],
    ['/v1/enrich?key=k%2B1', 'k+1'],
    ['/v1/enrich?linkedin=ada', 'ada'],
    ['/v1/enrich?fields=all&email=a%40x', 'a@x'],
    ['/v1/enrich?email=z%C3%BC@x', 'zü@x'],
  ])('%s looks up %s', async (path, key) => {
    const vendor = await vendors.start()
    expect((await request(vendor, path)).json.data.key).toBe(key)
  })

  test('the names of the lookup key can be others', async () => {
    const vendor = await vendors.start({ keyNames: ['profile'] })
    expect((await request(vendor, '/v1/enrich?email=a&profile=b')).json.data.key).toBe('b')
    expect((await request(vendor, '/v1/enrich?email=a&id=b')).status).toBe(400)
  })

  test('without a lookup key it is refused, and nothing is charged', async () => {
    const vendor = await vendors.start()
    for (const path of ['/v1/enrich', '/v1/enrich?a=1&b=2', '/v1/enrich?email=']) {
      expect((await request(vendor, path)).status).toBe(400)
    }
    expect(vendor.bill.totals().charges).toBe(0)
  })
})

describe('a bulk lookup', () => {
  test('answers each record in order, and is one charge', async () => {
    const vendor = await vendors.start({ misses: (key) => key === 'b', allotment: 10 })
    const seen = await bulk(vendor, ['a', 'b', 'c'])
    expect(seen.status).toBe(200)
    expect(seen.json).toMatchObject([
      { status: 200, data: { key: 'a' } },
      { status: 404, data: null, error: 'not_found' },
      { status: 200, data: { key: 'c' } },
    ])
    expect(seen.headers).toMatchObject({ 'x-credits-charged': '2', 'x-credits-remaining': '8' })
    expect(vendor.bill.entries()).toMatchObject([{ records: ['a', 'c'], credits: 2 }])
  })

  test('takes keys in more shapes than one', async () => {
    const vendor = await vendors.start()
    const requests = [{ email: 'a' }, { params: { id: 7 } }, 'c', { other: 'd' }]
    const seen = await request(vendor, '/v1/bulk', { method: 'POST', body: JSON.stringify({ requests }) })
    expect(seen.json.map((item: { data: { key: string } }) => item.data.key)).toEqual(['a', '7', 'c', 'd'])
  })

  test.each([
    ['no JSON', '{"requests": [', 'not JSON'],
    ['no body', '', 'requests'],
    ['no requests', '{"requests": []}', 'at least one'],
    ['too many', JSON.stringify({ requests: ['a', 'b', 'c', 'd'] }), 'more than the 3'],
    ['one without a key', '{"requests": [{"email": "a"}, {}]}', 'requests[1]'],
  ])('with %s it is refused whole, and nothing is charged', async (_, body, message) => {
    const vendor = await vendors.start({ maxBulkRecords: 3 })
    const seen = await request(vendor, '/v1/bulk', { method: 'POST', body })
    expect([seen.status, seen.json.error]).toEqual([400, expect.stringContaining(message)])
    expect(vendor.bill.totals().charges).toBe(0)
  })

  test('a bad record fails alone, or takes the whole call with it', async () => {
    const vendor = await vendors.start({ faults: { badRequest: { keys: ['b'] }, unprocessable: { keys: ['c'] } } })
    expect((await bulk(vendor, ['a', 'b', 'c'])).json).toMatchObject([
      { status: 200 },
      { status: 400 },
      { status: 422 },
    ])
    expect(vendor.bill.totals()).toMatchObject({ lookupCredits: 1, distinctRecords: 1 })
    vendor.behave({ bulkBadItems: 'whole' })
    expect((await bulk(vendor, ['a', 'b', 'c'])).status).toBe(400)
    expect((await bulk(vendor, ['a', 'c'])).status).toBe(422)
    expect(vendor.bill.totals().lookupCredits).toBe(1)
  })
})

describe('misses', () => {
  test('the match rate decides by key: the same key always misses', async () => {
    const vendor = await vendors.start({ matchRate: 0.7 })
    const round = async () => Promise.all(keys.map(async (key) => (await enrich(vendor, key)).status))
    const first = await round()
    expect(first.filter((status) => status === 200).length / keys.length).toBeCloseTo(0.7, 1)
    expect(await round()).toEqual(first)
  })

  test('a miss is a 404 that says so', async () => {
    const vendor = await vendors.start({ matchRate: 0 })
    expect(await enrich(vendor, 'a')).toMatchObject({ status: 404, json: { error: 'not_found' } })
  })
})

describe('around the lookups', () => {
  test('the account tells its credits and when that was true', async () => {
    const vendor = await vendors.start({ allotment: 100, remaining: 40.5 })
    const { status, json } = await request(vendor, '/v1/account')
    expect([status, json.credits]).toEqual([200, { remaining: 40.5, allotment: 100 }])
    expect(Math.abs(Date.parse(json.asOf) - Date.now())).toBeLessThan(5_000)
    expect(vendor.stats).toMatchObject({ accountReads: 1, calls: 0 })
  })

  test('the account can be out of order while lookups work', async () => {
    const vendor = await vendors.start({ accountStatus: 503 })
    expect((await request(vendor, '/v1/account')).status).toBe(503)
    expect((await enrich(vendor, 'a')).status).toBe(200)
  })

  test('a wrong or missing API key is a 401 everywhere but at the controls', async () => {
    const vendor = await vendors.start({ apiKey: 'secret' })
    expect((await enrich(vendor, 'a')).status).toBe(401)
    expect((await request(vendor, '/v1/account', { headers: { 'x-api-key': 'wrong' } })).status).toBe(401)
    expect((await enrich(vendor, 'a', { headers: { 'X-Api-Key': 'secret' } })).status).toBe(200)
    expect((await request(vendor, '/_simulator/stats')).status).toBe(200)
    expect(vendor.bill.totals().charges).toBe(1)
  })

  test('what is not there is a 404, and a wrong method a 405', async () => {
    const vendor = await vendors.start()
    expect(await request(vendor, '/v2/enrich?email=a')).toMatchObject({
      status: 404,
      json: { error: 'no_such_endpoint' },
    })
    expect((await request(vendor, '/toString')).status).toBe(404)
    expect((await request(vendor, '/v1/enrich?email=a', { method: 'POST' })).status).toBe(405)
    expect((await request(vendor, '/v1/bulk')).status).toBe(405)
  })
})

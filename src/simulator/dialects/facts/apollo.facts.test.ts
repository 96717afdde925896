import { afterEach, expect, test } from 'vitest'
import { request, VendorsUnderTest } from '../../../../test/support/simulator/vendor-under-test.ts'
import type { SimulatedVendor, VendorOptions } from '../../vendor.ts'

const MATCH = '/api/v1/people/match'
const BULK = '/api/v1/people/bulk_match'
const PROFILE = '/api/v1/users/api_profile'
const USAGE = '/api/v1/usage_stats/credit_usage_stats'

const vendors = new VendorsUnderTest()
afterEach(() => vendors.closeAll())

const start = (more: VendorOptions = {}) => vendors.start({ dialect: 'apollo', ...more })
const post = (vendor: SimulatedVendor, path: string, body: unknown, headers: Record<string, string> = {}) =>
  request(vendor, path, { method: 'POST', body: JSON.stringify(body), headers })
const people = (...emails: string[]) => ({ details: emails.map((email) => ({ email })) })

test('a match is a person, asked for in the query or in the body (reference/people-enrichment)', async () => {
  const vendor = await start()
  const inQuery = await request(vendor, `${MATCH}?email=ada@example.com`, { method: 'POST' })
  expect(inQuery.json.person).toMatchObject({ id: 'apollo-ada@example.com', email_status: 'verified' })
  const inBody = await post(vendor, MATCH, { first_name: 'Ada', last_name: 'Kaya', domain: 'example.com' })
  expect(inBody.json.person.id).toBe('apollo-Ada Kaya example.com')
})

test('a miss is a 200 with null, and costs nothing (reference/people-enrichment)', async () => {
  const vendor = await start({ matchRate: 0 })
  const { status, json } = await post(vendor, MATCH, { email: 'a' })
  expect(status).toBe(200)
  expect(json.person).toBeNull()
  expect(vendor.bill.totals().charges).toBe(0)
})

test('too little to go by is a 200 that matches nobody (reference/people-enrichment)', async () => {
  const { status, json } = await post(await start(), MATCH, {})
  expect([status, json.person]).toEqual([200, null])
})

test('bulk has nulls in the place of misses, and says what it consumed (reference/bulk-people-enrichment)', async () => {
  const vendor = await start({ misses: (key) => key === 'b' })
  const { status, json } = await post(vendor, BULK, people('a', 'b', 'c'))
  expect(status).toBe(200)
  expect(json).toMatchObject({
    status: 'success',
    error_code: null,
    total_requested_enrichments: 3,
    unique_enriched_records: 2,
    missing_records: 1,
    credits_consumed: 2,
  })
  expect(json.matches.map((match: unknown) => match === null)).toEqual([false, true, false])
})

test('credits_consumed may be a fraction (reference/bulk-people-enrichment)', async () => {
  const { json } = await post(await start({ cost: { per: 'match', credits: 0.5 } }), BULK, people('a', 'b', 'c'))
  expect(json.credits_consumed).toBe(1.5)
})

test('status is success even where nobody matched (reference/bulk-people-enrichment)', async () => {
  const { json } = await post(await start({ matchRate: 0 }), BULK, people('a'))
  expect(json).toMatchObject({ status: 'success', missing_records: 1, credits_consumed: 0, matches: [null] })
})

test('request_id has 64 bits and a sign: a double cannot hold it (reference/bulk-people-enrichment)', async () => {
  const { text, json } = await post(await start(), BULK, people('a'))
  const digits = /"request_id":(-?\d+)/.exec(text)?.[1] ?? ''
  expect(digits.length).toBeGreaterThan(16)
  expect(BigInt(digits)).not.toBe(BigInt(json.request_id))
})

test('more than ten is a 400 RECORD_LIMIT_EXCEEDED, none an INVALID_REQUEST (reference/bulk-people-enrichment)', async () => {
  const vendor = await start()
  const eleven = await post(vendor, BULK, people(...'abcdefghijk'))
  expect([eleven.status, eleven.json.error_code]).toEqual([400, 'RECORD_LIMIT_EXCEEDED'])
  const none = await post(vendor, BULK, {})
  expect(none.json).toEqual({
    status: 'failed',
    error_code: 'INVALID_REQUEST',
    error_message: 'invalid request, missing details',
  })
})

test('a wrong key is a 401 in plain text (OpenAPI, people-enrichment)', async () => {
  const { status, headers, json } = await post(
    await start({ apiKey: 'k' }),
    MATCH,
    { email: 'a' },
    { 'x-api-key': 'x' },
  )
  expect(status).toBe(401)
  expect(headers['content-type']).toContain('text/plain')
  expect(json).toBeUndefined()
})

test.each([
  ['key-without-match', 'POST', MATCH],
  ['key-without-bulk-match', 'POST', BULK],
  ['key-without-profile', 'GET', PROFILE],
  ['key-without-usage', 'POST', USAGE],
])(
  '%s: an endpoint outside the key’s scope is a 403 API_INACCESSIBLE that names it (reference/status-codes)',
  async (variant, method, path) => {
    const vendor = await start({ variants: [variant] })
    const { status, json } = await request(vendor, path, method === 'GET' ? {} : { method, body: '{}' })
    expect(status).toBe(403)
    expect(json).toMatchObject({ error_code: 'API_INACCESSIBLE', error: expect.stringContaining(path.slice(1)) })
    expect(vendor.stats.refusals).toBe(1)
  },
)

test('out of credits is a 422 with a code, the balance and the next billing date (replies in public clients, 2026)', async () => {
  const vendor = await start({ remaining: 0, resetAt: Date.UTC(2126, 8, 18) })
  const { status, json } = await post(vendor, BULK, people('a'))
  expect(status).toBe(422)
  expect(json.error).toContain('You have insufficient credits!')
  expect(json.error_details).toMatchObject({
    code: 'BILLING.LIMIT.CREDITS_EXHAUSTED',
    context: { credit_balance: { value: 0 }, next_billing_date: { value: '2126-09-18' } },
  })
})

test('in its older form it is words alone (replies in public clients)', async () => {
  const { status, json } = await post(await start({ remaining: 0, variants: ['old-credits-error'] }), MATCH, {
    email: 'a',
  })
  expect(status).toBe(422)
  expect(json).toEqual({ error: expect.stringMatching(/^You have insufficient credits!/) })
})

test('an ordinary 422 has the same status and no word of credits (OpenAPI, bulk-people-enrichment)', async () => {
  const { status, json } = await post(await start({ faults: { unprocessable: {} } }), BULK, people('a'))
  expect(status).toBe(422)
  expect(json).toMatchObject({ status: 'failed', error_code: 'UNKNOWN_ERROR' })
})

test('too fast is a 429 with message and retry-after in seconds (reference/rate-limits)', async () => {
  const vendor = await start({ perMinute: 1 })
  await post(vendor, MATCH, { email: 'a' })
  const { status, json, headers } = await post(vendor, MATCH, { email: 'a' })
  expect(status).toBe(429)
  expect(json).toEqual({ message: expect.stringContaining('maximum number of api calls') })
  expect(Number(headers['retry-after'])).toBeGreaterThan(0)
})

test('a window without a limit has an empty header and no usage (reference/rate-limits)', async () => {
  const { headers } = await post(await start({ perMinute: 1_000 }), MATCH, { email: 'a' })
  expect(headers).toMatchObject({
    'x-rate-limit-minute': '1000',
    'x-minute-requests-left': '999',
    'x-minute-usage': '1',
  })
  expect(headers).toMatchObject({ 'x-rate-limit-hourly': '', 'x-rate-limit-24-hour': '' })
  expect(headers['x-hourly-requests-left']).toBeUndefined()
})

test('the profile tells of credits only where asked to (reference/get-current-user-profile)', async () => {
  const vendor = await start({ allotment: 10_000, remaining: 9_500 })
  expect((await request(vendor, PROFILE)).json.num_credits_remaining).toBeUndefined()
  const { json } = await request(vendor, `${PROFILE}?include_credit_usage=true`)
  expect(json).toMatchObject({
    num_credits_remaining: 9_500,
    effective_num_lead_credits: 10_000,
    num_lead_credits_used: 500,
    total_unified_credits_used: 500,
  })
})

test('on some accounts num_credits_remaining stands still at 0 (note in a public client, August 2026)', async () => {
  const vendor = await start({ allotment: 100, remaining: 60, variants: ['stale-remaining'] })
  const { json } = await request(vendor, `${PROFILE}?include_credit_usage=true`)
  expect(json).toMatchObject({
    num_credits_remaining: 0,
    effective_num_lead_credits: 100,
    total_unified_credits_used: 40,
  })
})

test('on others it moves and the counts of use stand still at 0 (two reports, August 2026)', async () => {
  const vendor = await start({ allotment: 120, remaining: 96, variants: ['stale-used'] })
  const { json } = await request(vendor, `${PROFILE}?include_credit_usage=true`)
  expect(json).toMatchObject({
    num_credits_remaining: 96,
    effective_num_lead_credits: 120,
    total_unified_credits_used: 0,
  })
})

test('the team’s balance and the end of the cycle come by POST (reference/view-credit-usage-stats)', async () => {
  const vendor = await start({ allotment: 10_000, remaining: 7_500, resetAt: Date.UTC(2126, 4, 1) })
  const { json } = await request(vendor, USAGE, { method: 'POST' })
  expect(json.credit_usage_stats.lead_credit).toEqual({ limit: 10_000, consumed: 2_500, left_over: 7_500 })
  expect(json.current_credit_cycle.end_date).toBe('2126-05-01T00:00:00.000Z')
})

test('asked with GET it is a 404 (note in a public client, August 2026)', async () => {
  expect((await request(await start(), USAGE)).status).toBe(404)
})

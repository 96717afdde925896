import { afterEach, expect, test } from 'vitest'
import { ManualClock } from '../../../../test/support/simulator/manual-clock.ts'
import { request, VendorsUnderTest } from '../../../../test/support/simulator/vendor-under-test.ts'
import type { SimulatedVendor, VendorOptions } from '../../vendor.ts'

const ENRICH = '/enrich-person'
const BULK = '/bulk-enrich-person'
const ACCOUNT = '/account-information'
const ID = 'aaaa0000bbbb1111cccc2222'
const JSON_TYPE = { 'content-type': 'application/json' }

const vendors = new VendorsUnderTest()
afterEach(() => vendors.closeAll())

const start = (more: VendorOptions = {}) => vendors.start({ dialect: 'prospeo', ...more })
const post = (vendor: SimulatedVendor, path: string, body: unknown, headers: Record<string, string> = JSON_TYPE) =>
  request(vendor, path, { method: 'POST', body: JSON.stringify(body), headers })
const one = (vendor: SimulatedVendor, more: object = {}, data: object = { person_id: ID }) =>
  post(vendor, ENRICH, { ...more, data })
const many = (vendor: SimulatedVendor, emails: readonly string[], more: object = {}) =>
  post(vendor, BULK, { ...more, data: emails.map((email, i) => ({ identifier: String(i + 1), email })) })

test('a match has its person_id, and what is not revealed masked (api-docs/enrich-person)', async () => {
  const { status, json } = await one(await start(), { only_verified_email: true, enrich_mobile: false })
  expect(status).toBe(200)
  expect(json).toMatchObject({
    error: false,
    free_enrichment: false,
    person: {
      person_id: ID,
      full_name: expect.any(String),
      email: { status: 'VERIFIED', revealed: true, email: expect.stringContaining('@') },
      mobile: { revealed: false, mobile: expect.stringContaining('*') },
    },
  })
})

test.each([
  [{ linkedin_url: 'https://www.linkedin.com/in/ada-example' }, 200],
  [{ email: 'ada@example.com' }, 200],
  [{ first_name: 'Ada', last_name: 'Moor', company_website: 'example.com' }, 200],
  [{ full_name: 'Ada Moor', company_name: 'Example Co' }, 200],
  [{ full_name: 'Ada Moor' }, 400],
  [{ company_name: 'Example Co' }, 400],
])('%j is a %i (api-docs/enrich-person, minimum requirements)', async (data, expected) => {
  const { status, json } = await one(await start(), {}, data)
  expect(status).toBe(expected)
  if (expected === 400) expect(json).toEqual({ error: true, error_code: 'INVALID_DATAPOINTS' })
  else expect(json.person.person_id).toMatch(/^[0-9a-f]{24}$/)
})

test('no match is a 400 NO_MATCH, free (api-docs/enrich-person)', async () => {
  const vendor = await start({ matchRate: 0 })
  const { status, json } = await one(vendor)
  expect([status, json]).toEqual([400, { error: true, error_code: 'NO_MATCH' }])
  expect(vendor.bill.totals().charges).toBe(0)
})

test.each([
  [{}, [], 1, 200],
  [{ enrich_mobile: true }, [], 10, 200],
  [{ only_verified_mobile: true }, [], 10, 200],
  [{ enrich_mobile: true }, ['no-mobiles'], 1, 200],
  [{ only_verified_mobile: true }, ['no-mobiles'], 0, 400],
  [{ only_verified_email: true }, ['unverified-emails'], 0, 400],
  [{}, ['unverified-emails'], 1, 200],
])('%j with %j costs %i, with a %i (api-docs/enrich-person)', async (more, variants, cost, expected) => {
  const vendor = await start({ variants })
  const { status, json } = await one(vendor, more)
  expect([status, vendor.bill.totals().lookupCredits]).toEqual([expected, cost])
  if (expected === 400) expect(json.error_code).toBe('NO_MATCH')
  else expect(json.person.mobile.revealed).toBe(cost === 10)
})

test('the same person again is free for ever, and says so (api-docs/enrich-person)', async () => {
  const clock = new ManualClock()
  const vendor = await start({ clock })
  expect((await one(vendor)).json.free_enrichment).toBe(false)
  clock.advance(1_000 * 86_400_000)
  expect((await one(vendor)).json.free_enrichment).toBe(true)
  expect(vendor.bill.totals().charges).toBe(1)
})

test('or for 90 days (a public client, September 2026)', async () => {
  const clock = new ManualClock()
  const vendor = await start({ clock, freeRepeatMs: 90 * 86_400_000 })
  const isFree = async () => (await one(vendor)).json.free_enrichment
  expect([await isFree(), await isFree()]).toEqual([false, true])
  clock.advance(91 * 86_400_000)
  expect(await isFree()).toBe(false)
})

test('bulk sorts by identifier into matched, not matched and invalid, with one cost (api-docs/bulk-enrich-person)', async () => {
  const vendor = await start({ misses: (key) => key === 'nobody@example.com' })
  const data = [
    { identifier: '1', person_id: ID },
    { identifier: '2', email: 'nobody@example.com' },
    { identifier: '3', company_name: 'Example Co' },
  ]
  const { status, json } = await post(vendor, BULK, { only_verified_email: true, data })
  expect(status).toBe(200)
  expect(json).toMatchObject({
    error: false,
    total_cost: 1,
    matched: [{ identifier: '1', person: { person_id: ID } }],
    not_matched: ['2'],
    invalid_datapoints: ['3'],
  })
})

test('total_cost counts mobiles and leaves out repeats (api-docs/bulk-enrich-person)', async () => {
  const vendor = await start()
  await many(vendor, ['a@x.example'])
  const { json } = await many(vendor, ['a@x.example', 'b@x.example'], { enrich_mobile: true })
  expect([json.total_cost, json.matched.length]).toEqual([10, 2])
})

test('not_matched may have objects (seen by one client)', async () => {
  const { json } = await many(await start({ matchRate: 0, variants: ['not-matched-objects'] }), ['a@x.example'])
  expect(json.not_matched).toEqual([{ identifier: '1' }])
})

test('a bulk without a match is a 200, or a 400 NO_MATCH (one client expects it)', async () => {
  const vendor = await start({ matchRate: 0 })
  expect(await many(vendor, ['a@x.example'])).toMatchObject({ status: 200, json: { total_cost: 0, matched: [] } })
  vendor.behave({ variants: ['bulk-no-match-400'] })
  expect(await many(vendor, ['a@x.example'])).toMatchObject({ status: 400, json: { error_code: 'NO_MATCH' } })
})

test('bulk takes 50 at most, each with an identifier (api-docs/bulk-enrich-person)', async () => {
  const vendor = await start()
  const emails = Array.from({ length: 51 }, (_, i) => `${i}@x.example`)
  const refused = [await many(vendor, emails), await post(vendor, BULK, { data: [{ email: 'a@x.example' }] })]
  for (const { status, json } of refused) expect([status, json.error_code]).toEqual([400, 'INVALID_REQUEST'])
  expect((await many(vendor, emails.slice(1))).status).toBe(200)
})

test('out of credits is a 400 INSUFFICIENT_CREDITS, in bulk too (api-docs/enrich-person)', async () => {
  const vendor = await start({ remaining: 0 })
  const expected = { error: true, error_code: 'INSUFFICIENT_CREDITS' }
  for (const { status, json } of [await one(vendor), await many(vendor, ['a@x.example'])]) {
    expect([status, json]).toEqual([400, expected])
  }
})

test('INTERNAL_ERROR is a 400, too, and passes (prospeo-v2/prospeo-mcp-server)', async () => {
  const vendor = await start({ faults: { error500: { next: 1 } } })
  expect(await one(vendor)).toMatchObject({ status: 400, json: { error_code: 'INTERNAL_ERROR' } })
  expect((await one(vendor)).status).toBe(200)
})

test('a wrong key is a 401 INVALID_API_KEY (api-docs/authentication)', async () => {
  const vendor = await start({ apiKey: 'k' })
  const wrong = await post(vendor, ENRICH, { data: { person_id: ID } }, { ...JSON_TYPE, 'x-key': 'other' })
  expect([wrong.status, wrong.json.error_code]).toEqual([401, 'INVALID_API_KEY'])
  expect((await request(vendor, ACCOUNT, { headers: { 'x-key': 'k' } })).status).toBe(200)
})

test('the content type must be JSON (api-docs/authentication)', async () => {
  const { status } = await post(await start(), ENRICH, { data: { person_id: ID } }, { 'content-type': 'text/plain' })
  expect(status).toBe(400)
})

test('ACCOUNT_RESTRICTED (prospeo-v2/prospeo-mcp-server)', async () => {
  expect((await one(await start({ variants: ['account-restricted'] }))).json.error_code).toBe('ACCOUNT_RESTRICTED')
})

test('bulk counts a request a record in the limits, also where it is over them alone (help: API Rate Limits)', async () => {
  const clock = new ManualClock()
  const vendor = await start({ perMinute: 3, clock })
  const first = await many(vendor, ['a@x.example', 'b@x.example'])
  expect(first.headers).toMatchObject({ 'x-minute-rate-limit': '3', 'x-minute-request-left': '1' })
  const { status, json, headers } = await many(vendor, ['c@x.example', 'd@x.example'])
  expect([status, json.error_code, headers['retry-after']]).toEqual([429, 'RATE_LIMITED', '60'])
  expect((await one(vendor)).status).toBe(200)
  clock.advance(60_000)
  expect((await many(vendor, ['a', 'b', 'c', 'd', 'e'])).status).toBe(200)
})

test('headers tell of a day, a minute and a second (api-docs/rate-limits)', async () => {
  const { headers } = await one(await start({ perSecond: 5, perMinute: 300 }))
  expect(headers).toMatchObject({
    'x-second-rate-limit': '5',
    'x-minute-request-left': '299',
    'x-minute-reset-seconds': expect.stringMatching(/^\d+$/),
    'x-daily-request-left': '1999',
    'x-daily-reset-seconds': '86400',
    'ratelimit-policy': '300;w=60',
  })
})

test('the account tells credits and a renewal with a space in its date (api-docs/account-information)', async () => {
  const vendor = await start({ allotment: 100, remaining: 99, resetAt: '2126-12-18T20:52:28Z' })
  const { status, json } = await request(vendor, ACCOUNT)
  expect(status).toBe(200)
  expect(json.response).toMatchObject({
    remaining_credits: 99,
    used_credits: 1,
    next_quota_renewal_date: '2126-12-18 20:52:28+00:00',
  })
})

test('it is asked with GET, or with POST (api-docs/authentication says POST of everything)', async () => {
  const vendor = await start()
  const statuses = async () => [(await request(vendor, ACCOUNT)).status, (await post(vendor, ACCOUNT, {})).status]
  expect(await statuses()).toEqual([200, 405])
  vendor.behave({ variants: ['account-by-post'] })
  expect(await statuses()).toEqual([405, 200])
})

import { afterEach, expect, test } from 'vitest'
import { ManualClock } from '../../../../test/support/simulator/manual-clock.ts'
import { request, VendorsUnderTest } from '../../../../test/support/simulator/vendor-under-test.ts'
import type { SimulatedVendor, VendorOptions } from '../../vendor.ts'

const LOOKUP = '/api/v2/person/lookup'
const STATUS = '/api/v2/person/checkStatus'
const ACCOUNT = '/api/v2/account/'
const UNIVERSAL = '/api/v2/universal'

const vendors = new VendorsUnderTest()
afterEach(() => vendors.closeAll())

/** Lookups take 5 s. */
async function start(more: VendorOptions = {}): Promise<{ vendor: SimulatedVendor; clock: ManualClock }> {
  const clock = new ManualClock()
  return { clock, vendor: await vendors.start({ dialect: 'rocketreach', jobMs: 5_000, clock, ...more }) }
}

const lookup = (vendor: SimulatedVendor, query: string) => request(vendor, `${LOOKUP}?${query}`)
const standard = (id: number | string) => `id=${id}&lookup_type=standard&return_cached_emails=false`
const check = (vendor: SimulatedVendor, ids: string) => request(vendor, `${STATUS}?${ids}`)

test('a lookup is pending first, and complete when its id is asked after (OpenAPI)', async () => {
  const { vendor, clock } = await start()
  const first = await lookup(vendor, standard(5244))
  expect(first.status).toBe(200)
  expect(first.json).toMatchObject({
    id: 5244,
    status: 'searching',
    name: expect.any(String),
    emails: null,
    phones: null,
  })
  expect((await check(vendor, 'ids=5244')).json).toMatchObject([{ id: 5244, status: 'progress', emails: null }])
  clock.advance(5_000)
  const { json } = await check(vendor, 'ids=5244')
  expect(json).toMatchObject([
    {
      id: 5244,
      status: 'complete',
      current_title: expect.any(String),
      current_employer: expect.any(String),
      emails: [{ smtp_valid: 'valid', type: 'professional', grade: 'A' }],
      phones: [{ type: 'mobile', recommended: true }],
    },
  ])
  expect(json[0].recommended_email).toBe(json[0].emails[0].email)
})

test.each(['ids=1&ids=2', 'ids=1,2'])(
  '%s asks after many at once, each as it stands, free of charge (OpenAPI)',
  async (ids) => {
    const { vendor, clock } = await start()
    await lookup(vendor, standard(1))
    clock.advance(5_000)
    await lookup(vendor, standard(2))
    const charged = vendor.bill.totals().charges
    const { json } = await check(vendor, ids)
    expect(json.map((each: { id: number; status: string }) => [each.id, each.status])).toEqual([
      [1, 'complete'],
      [2, 'progress'],
    ])
    expect(vendor.bill.totals().charges).toBe(charged)
  },
)

test('more than 100 ids are a 400 (OpenAPI)', async () => {
  const ids = Array.from({ length: 101 }, (_, i) => `ids=${i}`).join('&')
  expect((await check((await start()).vendor, ids)).status).toBe(400)
})

test('an id that was never looked up is left out (in doubt)', async () => {
  const { status, json } = await check((await start()).vendor, 'ids=404')
  expect([status, json]).toEqual([200, []])
})

test('a lookup may be complete at once', async () => {
  const { vendor } = await start({ variants: ['complete-at-once'] })
  expect((await lookup(vendor, standard(1))).json).toMatchObject({
    id: 1,
    status: 'complete',
    emails: [{ grade: 'A' }],
  })
})

test('pending has many names (sources disagree: all but complete and failed)', async () => {
  const { vendor } = await start({ variants: ['other-pending-words'] })
  expect((await lookup(vendor, standard(1))).json.status).toBe('not queued')
  expect((await check(vendor, 'ids=1')).json[0].status).toBe('waiting')
})

test('metadata comes back with the lookup, and not with its status (OpenAPI)', async () => {
  const { vendor } = await start()
  expect((await lookup(vendor, `${standard(1)}&metadata=job-7`)).json.metadata).toBe('job-7')
  expect((await check(vendor, 'ids=1')).json[0].metadata).toBeUndefined()
})

test('cached e-mails come while the lookup is pending, if they are asked for (OpenAPI)', async () => {
  const { json } = await lookup((await start()).vendor, 'id=1&return_cached_emails=true')
  expect([json.status, json.emails.length]).toEqual(['searching', 1])
})

test.each([
  'linkedin_url=https://www.linkedin.com/in/ada-example',
  'email=ada@example.com',
  'name=Ada+Moor&current_employer=Example+Co',
])('%s finds, too, under an id of the vendor’s (OpenAPI)', async (query) => {
  const { vendor, clock } = await start()
  const { json } = await lookup(vendor, query)
  clock.advance(5_000)
  expect((await check(vendor, `ids=${json.id}`)).json).toMatchObject([{ id: json.id, status: 'complete' }])
})

test.each(['name=Ada+Moor', 'id=1&lookup_type=none', ''])(
  '%s is a 400 (reference/responses-and-errors)',
  async (query) => {
    const { status, json } = await lookup((await start()).vendor, query)
    expect([status, json.status]).toEqual([400, 400])
  },
)

test('whom nobody knows is a 404, free (reference/responses-and-errors)', async () => {
  const { vendor } = await start({ matchRate: 0 })
  const { status, json } = await lookup(vendor, standard(1))
  expect([status, json]).toEqual([404, { status: 404, message: 'The requested resource does not exist.' }])
  expect(vendor.bill.totals().charges).toBe(0)
})

test('the same with detail and error_code (seen of a 401 in October 2026)', async () => {
  const { vendor } = await start({ matchRate: 0, variants: ['detail-errors'] })
  expect((await lookup(vendor, standard(1))).json).toEqual({ detail: expect.any(String), error_code: 'not_found' })
})

test('or it fails later, in a 200, free (OpenAPI; reference/mcp-errors)', async () => {
  const { vendor, clock } = await start({ matchRate: 0, variants: ['misses-fail-later'] })
  expect((await lookup(vendor, standard(1))).json.status).toBe('searching')
  clock.advance(5_000)
  expect((await check(vendor, 'ids=1')).json[0]).toMatchObject({ id: 1, status: 'failed' })
  expect(vendor.bill.totals().charges).toBe(0)
})

test('a lookup can fail (OpenAPI)', async () => {
  const { vendor, clock } = await start({ faults: { jobFails: {} } })
  await lookup(vendor, standard(1))
  clock.advance(5_000)
  expect((await check(vendor, 'ids=1')).json[0].status).toBe('failed')
})

test.each([
  ['standard', [], 1],
  ['standard', ['weak-emails'], 0],
  ['premium', ['weak-emails'], 1],
  ['enrich', ['weak-emails'], 1],
])('a %s lookup with %j costs %i; no reply says so (reference/faq)', async (type, variants, cost) => {
  const { vendor } = await start({ variants: ['complete-at-once', ...variants] })
  const { text, headers } = await lookup(vendor, `id=1&lookup_type=${type}`)
  expect(vendor.bill.totals().lookupCredits).toBe(cost)
  expect(text + Object.keys(headers)).not.toMatch(/credit|charge|cost/i)
})

test('the same profile again is free (reference/faq)', async () => {
  const { vendor } = await start()
  for (const _ of [1, 2]) await lookup(vendor, standard(1))
  expect(vendor.bill.totals().charges).toBe(1)
})

test('out of credits is a 403 in prose (a reading of October 2026)', async () => {
  const { vendor } = await start({ remaining: 0 })
  const { status, json } = await lookup(vendor, standard(1))
  expect([status, json]).toEqual([403, { detail: 'You have run out of lookup credits.' }])
})

test('or a 402 with its credit type (reference/mcp-errors)', async () => {
  const { vendor } = await start({ remaining: 0, variants: ['credits-402'] })
  const { status, json } = await lookup(vendor, standard(1))
  expect(status).toBe(402)
  expect(json).toMatchObject({ error_code: 'insufficient_credits', credit_type: 'standard_lookup' })
})

test('a 403 may also be a key without the right, with credits to spare (reference/responses-and-errors)', async () => {
  const { vendor } = await start({ variants: ['no-permission'] })
  expect((await lookup(vendor, standard(1))).status).toBe(403)
  expect((await request(vendor, ACCOUNT)).json.credit_usage[1].remaining).toBe(10_000)
})

test('the account has an entry a type: 0 where the plan has none, "inf" without a limit (OpenAPI)', async () => {
  const { vendor } = await start({ allotment: 100, remaining: 95 })
  const { json } = await request(vendor, ACCOUNT)
  expect(json.credit_usage).toEqual([
    { credit_type: 'premium_lookup', allocated: 0, used: 0, remaining: 0 },
    { credit_type: 'standard_lookup', allocated: 100, used: 5, remaining: 95 },
    { credit_type: 'person_export', allocated: 'inf', used: 0, remaining: 'inf' },
  ])
  vendor.behave({ variants: ['unlimited-credits'] })
  expect((await request(vendor, ACCOUNT)).json.credit_usage[1].remaining).toBe('inf')
})

test('an account has one family of endpoints: the other is a 403 (OpenAPI)', async () => {
  const { vendor } = await start()
  const family = async (path: string) => (await request(vendor, path)).status
  const universal = [`${UNIVERSAL}/person/lookup?id=1&reveal_phone=true`, `${UNIVERSAL}/account/`]
  for (const path of universal) expect(await family(path)).toBe(403)
  vendor.behave({ variants: ['universal-credits'] })
  for (const path of universal) expect(await family(path)).toBe(200)
  for (const path of [`${LOOKUP}?id=1`, ACCOUNT]) expect(await family(path)).toBe(403)
})

test.each([
  ['reveal_professional_email=true', 2],
  ['reveal_personal_email=true', 3],
  ['reveal_phone=true', 6],
  ['reveal_professional_email=true&reveal_phone=true&reveal_detailed_person_enrichment=true', 9],
  ['reveal_phone=false', 0],
])('universal: %s costs %i, and brings no more than that (universal-credits-overview)', async (reveals, cost) => {
  const { vendor, clock } = await start({ variants: ['universal-credits'] })
  await request(vendor, `${UNIVERSAL}/person/lookup?id=1&${reveals}`)
  clock.advance(5_000)
  const { json } = await request(vendor, `${UNIVERSAL}/person/check_status?ids=1`)
  expect(vendor.bill.totals().lookupCredits).toBe(cost)
  expect(json[0].phones).toHaveLength(/phone=true/.test(reveals) ? 1 : 0)
  expect(json[0].emails).toHaveLength(/email=true/.test(reveals) ? 1 : 0)
})

test('the universal account tells one number, as of when it was synced, and the caller’s key (OpenAPI)', async () => {
  const { vendor } = await start({ allotment: 5_000, remaining: 4_988, variants: ['universal-credits'] })
  const { json } = await request(vendor, `${UNIVERSAL}/account/`)
  expect(json.api_key).toBe('SECRET')
  expect(json.credit_usage).toMatchObject({ credits_allocated: 5_000, credits_used: 12, credits_remaining: 4_988 })
  expect(json.credit_usage.last_synced).toMatch(/^\d{4}-\d\d-\d\dT/)
})

test('a wrong key is a 401 authentication_failed (seen in October 2026)', async () => {
  const { vendor } = await start({ apiKey: 'k' })
  const { status, json } = await request(vendor, ACCOUNT, { headers: { 'api-key': 'other' } })
  expect([status, json.error_code]).toEqual([401, 'authentication_failed'])
  expect((await request(vendor, ACCOUNT, { headers: { 'api-key': 'k' } })).status).toBe(200)
})

test('too fast is a 429 with Retry-After and no other header of limits (reference/rate-limits)', async () => {
  const { vendor } = await start({ perSecond: 1 })
  await lookup(vendor, standard(1))
  const { status, headers } = await check(vendor, 'ids=1')
  expect(status).toBe(429)
  expect(Object.keys(headers).filter((name) => /retry|limit/.test(name))).toEqual(['retry-after'])
})

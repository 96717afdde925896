import { afterEach, expect, test } from 'vitest'
import { ManualClock } from '../../../../test/support/simulator/manual-clock.ts'
import { request, VendorsUnderTest } from '../../../../test/support/simulator/vendor-under-test.ts'
import type { SimulatedVendor, VendorOptions } from '../../vendor.ts'

const SEARCH = '/v3/contacts/search-and-enrich'
const ENRICH = '/v3/contacts/enrich'
const USAGE = '/v3/account/usage'

const vendors = new VendorsUnderTest()
afterEach(() => vendors.closeAll())

const start = (more: VendorOptions = {}) => vendors.start({ dialect: 'lusha', ...more })
const post = (vendor: SimulatedVendor, path: string, body: unknown, headers: Record<string, string> = {}) =>
  request(vendor, path, { method: 'POST', body: JSON.stringify(body), headers })
const contacts = (...emails: string[]) => emails.map((email) => ({ email }))

test('each contact comes back in its place with the client’s own reference (api-reference/overview; order seen in July 2026)', async () => {
  const { status, json } = await post(await start(), SEARCH, {
    contacts: [
      { clientReferenceId: 'my-ref-1', firstName: 'Ada', lastName: 'Kaya', companyDomain: 'example.com' },
      { clientReferenceId: 'my-ref-2', linkedinUrl: 'https://www.linkedin.com/in/ada-kaya' },
    ],
    reveal: ['emails'],
  })
  expect(status).toBe(200)
  expect(json.requestId).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
  expect(json.results.map((each: { clientReferenceId: string }) => each.clientReferenceId)).toEqual([
    'my-ref-1',
    'my-ref-2',
  ])
  expect(json.results[0]).toMatchObject({ id: expect.any(String), emails: [{ type: 'work' }] })
  expect(json.billing.resultsReturned).toBe(2)
})

test('a miss is an error in its place, in a 200, and is free (seen in July 2026; faq/billing)', async () => {
  const vendor = await start({ misses: (key) => key === 'nobody@example.com' })
  const { status, json } = await post(vendor, SEARCH, { contacts: contacts('nobody@example.com'), reveal: ['emails'] })
  expect(status).toBe(200)
  expect(json.results).toEqual([{ error: { code: 'NOT_FOUND', message: 'Contact not found' } }])
  expect(json.billing).toEqual({ creditsCharged: 0, resultsReturned: 0 })
})

test('whom the law protects is COMPLIANCE_RESTRICTED (enrichment/search-and-enrich-contacts)', async () => {
  const vendor = await start({ faults: { legalBlock: { keys: ['b'] } } })
  const { json } = await post(vendor, SEARCH, { contacts: contacts('a', 'b'), reveal: ['emails'] })
  expect(json.results[1].error.code).toBe('COMPLIANCE_RESTRICTED')
  expect(json.billing).toEqual({ creditsCharged: 2, resultsReturned: 1 })
})

test.each([
  [['emails'], 2],
  [['phones'], 6],
  [['emails', 'phones'], 7],
  [undefined, 7],
])(
  'search and enrich revealing %j costs %i: the search and each field (api-reference/search-and-enrich; a charge of 7 was seen)',
  async (reveal, cost) => {
    const { json } = await post(await start(), SEARCH, { contacts: contacts('a'), reveal })
    expect(json.billing.creditsCharged).toBe(cost)
  },
)

test('some accounts pay 1 for all of it (seen in July 2026)', async () => {
  const vendor = await start({ variants: ['flat-price'] })
  const { json } = await post(vendor, SEARCH, { contacts: contacts('a') })
  expect(json.billing.creditsCharged).toBe(1)
  const again = await post(vendor, ENRICH, { ids: [json.results[0].id], reveal: ['emails'] })
  expect(again.json.billing.creditsCharged).toBe(0)
})

test('the same search again is charged again; the same contact by its id is not (seen in July 2026; api-reference/enrich)', async () => {
  const vendor = await start()
  const first = await post(vendor, SEARCH, { contacts: contacts('a'), reveal: ['emails'] })
  const second = await post(vendor, SEARCH, { contacts: contacts('a'), reveal: ['emails'] })
  expect([first.json.billing.creditsCharged, second.json.billing.creditsCharged]).toEqual([2, 2])
  const { json } = await post(vendor, ENRICH, { ids: [first.json.results[0].id], reveal: ['emails'] })
  expect(json.billing).toEqual({ creditsCharged: 0, resultsReturned: 1 })
})

test('by an id that is new to the account each revealed field is charged (api-reference/enrich)', async () => {
  const { json } = await post(await start(), ENRICH, { ids: ['lusha-a', 'lusha-b', '4389064654'], reveal: ['emails'] })
  expect(json.billing).toEqual({ creditsCharged: 2, resultsReturned: 2 })
  expect(json.results[2].error.code).toBe('NOT_FOUND')
})

test('a waterfall runs by itself at other prices; only an enrichment by id can opt out (changelog 2.6.0; api-reference/enrich)', async () => {
  const vendor = await start({ variants: ['waterfall'] })
  const searched = await post(vendor, SEARCH, { contacts: contacts('a'), reveal: ['emails'] })
  expect(searched.json.billing.creditsCharged).toBe(12)
  const refused = await post(vendor, SEARCH, { contacts: contacts('a'), waterfallEnabled: false })
  expect(refused.status).toBe(400)
  const out = await post(vendor, ENRICH, { ids: ['lusha-b'], reveal: ['emails'], waterfallEnabled: false })
  expect(out.json.billing.creditsCharged).toBe(1)
})

test.each([
  [{ contacts: [{ email: 'a', contactId: '1' }] }, 'contacts.0.property contactId should not exist'],
  [{ email: 'a' }, 'property email should not exist'],
  [{ contacts: contacts('a'), reveal: [] }, 'reveal must contain at least 1 elements'],
])('what is not in the schema is a 400 in a body of its own kind (seen in July 2026): %j', async (body, message) => {
  const { status, json } = await post(await start(), SEARCH, body)
  expect(status).toBe(400)
  expect(json).toEqual({ name: 'BadRequest', message, code: 400, className: 'bad-request', errors: {} })
})

test('a call takes 100 at most (enrichment/overview)', async () => {
  const many = Array.from({ length: 101 }, (_, i) => String(i))
  expect((await post(await start(), SEARCH, { contacts: contacts(...many) })).status).toBe(400)
})

test('a wrong key in the header api_key is a 401 (OpenAPI, Unauthorized)', async () => {
  const vendor = await start({ apiKey: 'k' })
  const { status, json } = await post(vendor, SEARCH, { contacts: contacts('a') }, { api_key: 'other' })
  expect(status).toBe(401)
  expect(json).toMatchObject({ statusCode: 401, message: 'Invalid API key' })
  expect((await post(vendor, SEARCH, { contacts: contacts('a') }, { api_key: 'k' })).status).toBe(200)
})

test('out of credits is a 402 without billing (OpenAPI, PaymentRequired)', async () => {
  const { status, json } = await post(await start({ remaining: 1 }), SEARCH, { contacts: contacts('a') })
  expect(status).toBe(402)
  expect(json).toEqual({ statusCode: 402, message: 'Insufficient credits for this operation' })
})

test.each(['v3-not-enabled', 'account-inactive'])('%s is a 403 (OpenAPI, Forbidden)', async (variant) => {
  const vendor = await start({ variants: [variant] })
  expect((await post(vendor, SEARCH, { contacts: contacts('a') })).json.statusCode).toBe(403)
  expect((await post(vendor, ENRICH, { ids: ['lusha-a'] })).status).toBe(403)
  expect((await request(vendor, USAGE)).status).toBe(403)
})

test('too fast is a 429 that does not say how long; headers count the window (rate-limiting)', async () => {
  const vendor = await start({ perMinute: 1 })
  const first = await post(vendor, SEARCH, { contacts: contacts('a') })
  expect(first.headers).toMatchObject({
    'x-rate-limit-minute': '1',
    'x-minute-requests-left': '0',
    'x-minute-usage': '1',
  })
  const { status, json, headers } = await post(vendor, SEARCH, { contacts: contacts('a') })
  expect(status).toBe(429)
  expect(json.message).toBe('Too many requests. Please wait before making another request.')
  expect(headers['retry-after']).toBeUndefined()
})

test('a trial that is used up is a 429 for ever, and the balance may still be full (v2 error codes)', async () => {
  const clock = new ManualClock()
  const vendor = await start({ clock, variants: ['trial-used-up'] })
  for (const _ of [1, 2, 3]) {
    const { status, json } = await post(vendor, SEARCH, { contacts: contacts('a') })
    expect([status, json.message]).toEqual([429, "You've reached your trial limit, please contact support for upgrade"])
    clock.advance(24 * 3_600_000)
  }
  expect((await request(vendor, USAGE)).json.credits.remaining).toBe(10_000)
})

test('the account tells its credits, plan and prices (account/usage)', async () => {
  const vendor = await start({ allotment: 10_000, remaining: 8_500, resetAt: Date.UTC(2127, 0, 1) })
  const { json } = await request(vendor, USAGE)
  expect(json.credits).toEqual({ total: 10_000, used: 1_500, remaining: 8_500 })
  expect(json.plan).toMatchObject({ renewalType: 'annual', endDate: '2127-01-01T00:00:00.000Z' })
  expect(json.pricing.revealPhone).toEqual({ credits: 5, perQuantity: 1 })
})

test('a free plan has no end (OpenAPI, PlanInfo)', async () => {
  expect((await request(await start({ variants: ['free-plan'] }), USAGE)).json.plan.endDate).toBeNull()
})

test('the account may be asked five times a minute (account/usage)', async () => {
  const clock = new ManualClock()
  const vendor = await start({ clock })
  const seen: number[] = []
  for (let i = 0; i < 6; i++) seen.push((await request(vendor, USAGE)).status)
  expect(seen).toEqual([200, 200, 200, 200, 200, 429])
  clock.advance(60_000)
  expect((await request(vendor, USAGE)).status).toBe(200)
})

test('the balance may lag some seconds behind billing.creditsCharged (seen in July 2026)', async () => {
  const clock = new ManualClock()
  const vendor = await start({ clock, balanceLagMs: 4_000 })
  await post(vendor, SEARCH, { contacts: contacts('a') })
  expect((await request(vendor, USAGE)).json.credits.remaining).toBe(10_000)
  clock.advance(4_000)
  expect((await request(vendor, USAGE)).json.credits.remaining).toBe(9_993)
})

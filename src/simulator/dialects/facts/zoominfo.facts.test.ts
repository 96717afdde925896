import { afterEach, expect, test } from 'vitest'
import { ManualClock } from '../../../../test/support/simulator/manual-clock.ts'
import { request, VendorsUnderTest } from '../../../../test/support/simulator/vendor-under-test.ts'
import type { SimulatedVendor, VendorOptions } from '../../vendor.ts'

const ENRICH = '/gtm/data/v1/contacts/enrich'
const USAGE = '/gtm/data/v1/users/usage'
const TOKEN = '/gtm/oauth/v1/token'
const JSON_API = { accept: 'application/vnd.api+json', 'content-type': 'application/vnd.api+json' }
const BASIC = { authorization: `Basic ${Buffer.from('client:secret').toString('base64')}` }
const GRANT = 'grant_type=client_credentials'
const FIELDS = ['id', 'firstName', 'email', 'jobTitle', 'companyName', 'lastUpdatedDate']

const vendors = new VendorsUnderTest()
afterEach(() => vendors.closeAll())

const start = (more: VendorOptions = {}) => vendors.start({ dialect: 'zoominfo', ...more })
const enrich = (vendor: SimulatedVendor, attributes: object, headers: Record<string, string> = {}) =>
  request(vendor, ENRICH, {
    method: 'POST',
    body: JSON.stringify({ data: { type: 'ContactEnrich', attributes: { outputFields: FIELDS, ...attributes } } }),
    headers: { ...JSON_API, ...headers },
  })
const byId = (vendor: SimulatedVendor, ...ids: number[]) =>
  enrich(vendor, { matchPersonInput: ids.map((personId) => ({ personId })) })
const token = (vendor: SimulatedVendor, body = GRANT, headers: Record<string, string> = BASIC) =>
  request(vendor, TOKEN, { method: 'POST', body: new URLSearchParams(body), headers })
const usage = (vendor: SimulatedVendor, headers = {}) =>
  request(vendor, USAGE, { headers: { ...JSON_API, ...headers } })
type Item = { id: string; type: string; meta: { input: { personId: number }; matchStatus: string } }
const ofId = (items: Item[], id: number) => items.find(({ meta }) => meta.input.personId === id)

test('client credentials by Basic bring a token that opens the API (docs/client-credentials-flow)', async () => {
  const vendor = await start({ apiKey: 'client:secret' })
  const { status, json } = await token(vendor)
  expect(status).toBe(200)
  expect(json).toMatchObject({ token_type: 'Bearer', expires_in: 3_600, scope: 'api:data:contact' })
  const authorization = `Bearer ${json.access_token}`
  expect((await enrich(vendor, { matchPersonInput: [{ personId: 1 }] }, { authorization })).status).toBe(200)
  expect((await usage(vendor, { authorization })).status).toBe(200)
  expect(vendor.stats.tokens).toBe(1)
})

test('the header goes before the form, which will do alone (docs/client-credentials-flow)', async () => {
  const vendor = await start({ apiKey: 'client:secret' })
  const inForm = (secret: string) => `${GRANT}&client_id=client&client_secret=${secret}`
  expect((await token(vendor, inForm('secret'), {})).status).toBe(200)
  expect((await token(vendor, inForm('wrong'))).status).toBe(200)
  const wrong = await token(vendor, inForm('wrong'), {})
  expect([wrong.status, wrong.json.error]).toEqual([401, 'invalid_client'])
})

test.each([
  ['grant_type=password', [], 'unsupported_grant_type'],
  [`${GRANT}&scope=api:data:company`, [], 'invalid_scope'],
  [GRANT, ['app-without-grant'], 'unauthorized_client'],
])('%s with %j brings no token: %s (docs/client-credentials-flow)', async (body, variants, error) => {
  const { status, json } = await token(await start({ variants }), body)
  expect([status, json.error]).toEqual([400, error])
})

test.each([
  [[], 3_600],
  [['token-1000-seconds'], 1_000],
  [['token-24-hours'], 86_400],
])(
  'a token lives as long as expires_in says, then it is a 401 ZI0001; %j: %i s (sources differ)',
  async (variants, life) => {
    const clock = new ManualClock()
    const vendor = await start({ apiKey: 'client:secret', variants, clock })
    const { json } = await token(vendor)
    expect(json.expires_in).toBe(life)
    const authorization = `Bearer ${json.access_token}`
    clock.advance(life * 1_000 - 1)
    expect((await usage(vendor, { authorization })).status).toBe(200)
    clock.advance(1)
    const late = await usage(vendor, { authorization })
    expect(late.status).toBe(401)
    expect(late.json.error).toMatchObject({ code: 'ZI0001', status: 401, retryable: true })
  },
)

test('without the media type it is a 406 (seen by a public client)', async () => {
  const vendor = await start()
  expect((await request(vendor, USAGE, { headers: { accept: 'application/json' } })).status).toBe(406)
  const headers = { accept: 'application/json' }
  expect((await enrich(vendor, { matchPersonInput: [{ personId: 1 }] }, headers)).status).toBe(406)
})

test('found and not found stand in one list, whose order is not that of the request (OpenAPI)', async () => {
  const vendor = await start({ misses: (key) => key === '1002' })
  const { status, json } = await byId(vendor, 1001, 1002)
  expect(status).toBe(200)
  expect(json.data[1]).toMatchObject({
    id: '1001',
    type: 'Contact',
    attributes: { firstName: expect.any(String), email: expect.any(String), company: { id: 77 } },
    meta: { input: { personId: 1001 }, matchStatus: 'FULL_MATCH' },
  })
  expect(json.data[0]).toMatchObject({ id: '0', type: 'NoMatch', meta: { matchStatus: 'NO_MATCH' } })
  expect(vendor.bill.totals().lookupCredits).toBe(1)
})

test('meta.input is all that was sent for an item, attributes are what was asked for, in JSON:API (OpenAPI)', async () => {
  const input = { emailAddress: 'ada@example.com', contactAccuracyScoreMin: 80 }
  const { json, headers } = await enrich(await start(), { matchPersonInput: [input], outputFields: ['id', 'jobTitle'] })
  expect(json.data[0].meta.input).toEqual(input)
  expect(Object.keys(json.data[0].attributes)).toEqual(['jobTitle'])
  expect(headers['content-type']).toBe('application/vnd.api+json')
})

test('who was merged has another id than was asked for (example of the OpenAPI file)', async () => {
  const { json } = await byId(await start({ variants: ['merged-ids'] }), 1001)
  expect(json.data[0].id).not.toBe('1001')
  expect(json.data[0].meta.input.personId).toBe(1001)
})

test.each([
  [{ lastUpdatedDateAfter: '2026-04-24' }, 'NON_MATCH_BY_LAST_UPDATED_DATE'],
  [{ validDateAfter: '2026-04-24' }, 'NON_MATCH_BY_VALID_DATE'],
  [{ lastUpdatedDateAfter: '2026-04-22' }, 'FULL_MATCH'],
])('%j is %s, and only a match is charged (OpenAPI)', async (condition, matchStatus) => {
  const vendor = await start()
  const { json } = await enrich(vendor, { matchPersonInput: [{ personId: 1, ...condition }] })
  expect(json.data[0].meta.matchStatus).toBe(matchStatus)
  expect(vendor.bill.totals().charges).toBe(matchStatus === 'FULL_MATCH' ? 1 : 0)
})

test('a required field that is not there is no match (OpenAPI)', async () => {
  const { json } = await enrich(await start(), { matchPersonInput: [{ personId: 1 }], requiredFields: ['mobilePhone'] })
  expect(json.data[0].meta.matchStatus).toBe('NON_MATCH_BY_REQUIRED_FIELDS')
})

test('OPT_OUT, INVALID_INPUT and COMPANY_ONLY_MATCH (OpenAPI)', async () => {
  const vendor = await start({ faults: { legalBlock: { keys: ['2'] } } })
  const { json } = await enrich(vendor, { matchPersonInput: [{ personId: 2 }, { contactAccuracyScoreMin: 80 }] })
  expect(json.data.map((item: Item) => item.meta.matchStatus)).toEqual(['INVALID_INPUT', 'OPT_OUT'])
  vendor.behave({ faults: { emptyData: { next: 1 } } })
  const company = (await byId(vendor, 3)).json.data[0]
  expect(company.meta.matchStatus).toBe('COMPANY_ONLY_MATCH')
  expect(Object.keys(company.attributes)).toEqual(['company'])
})

test.each([
  [{ matchPersonInput: [] }, 'PFAPI0002'],
  [{ matchPersonInput: [{ personId: 1 }], outputFields: [] }, 'PFAPI0002'],
  [{ matchPersonInput: Array.from({ length: 26 }, (_, i) => ({ personId: i })) }, 'PFAPI0006'],
])('none, no outputFields and more than 25 are a 400 of the whole call (OpenAPI)', async (attributes, code) => {
  const { status, json } = await enrich(await start(), attributes)
  expect([status, json.errors[0].code, json.errors[0].status]).toEqual([400, code, '400'])
})

test('a field that the contract lacks is a 400 of the whole call (docs/status-codes-and-errors)', async () => {
  const vendor = await start({ variants: ['contract-without-phones'] })
  const asked = { matchPersonInput: [{ personId: 1 }], outputFields: ['id', 'directPhone'] }
  const { status, json } = await enrich(vendor, asked)
  expect([status, json.errors[0].code]).toEqual([400, 'PFAPI0009'])
})

test('a record is charged once in 12 months, and is fresh all the same (docs/credit-usage-and-limits)', async () => {
  const clock = new ManualClock()
  const vendor = await start({ clock })
  const first = (await byId(vendor, 1)).json.data[0].attributes
  vendor.behave({ version: 2 })
  clock.advance(364 * 86_400_000)
  expect((await byId(vendor, 1)).json.data[0].attributes).not.toEqual(first)
  expect(vendor.bill.totals().charges).toBe(1)
  clock.advance(2 * 86_400_000)
  await byId(vendor, 1)
  expect(vendor.bill.totals().charges).toBe(2)
})

test('no reply says what it cost (OpenAPI)', async () => {
  const { text, headers } = await byId(await start(), 1)
  expect(text + Object.keys(headers)).not.toMatch(/credit|charge|cost/i)
})

test('out of credits is a 400 PFAPI0011 (docs/status-codes-and-errors)', async () => {
  const { status, json } = await byId(await start({ remaining: 0 }), 1)
  expect(status).toBe(400)
  expect(json).toMatchObject({ title: 'Credit Limit Reached', errors: [{ code: 'PFAPI0011', status: '400' }] })
})

test('the page of status codes shows the other shape for it (docs/status-codes-and-errors)', async () => {
  const { json } = await byId(await start({ remaining: 0, variants: ['one-error-shape'] }), 1)
  expect(json.error).toMatchObject({ code: 'PFAPI0011', status: 400, retryable: false })
})

test('or it is an item LIMIT_EXCEEDED in a 200 (OpenAPI)', async () => {
  const { status, json } = await byId(await start({ remaining: 1, bulkShortfall: 'partial' }), 1, 2)
  expect(status).toBe(200)
  expect(ofId(json.data, 1)?.meta.matchStatus).toBe('FULL_MATCH')
  expect(ofId(json.data, 2)).toMatchObject({ id: '0', type: 'NoMatch', meta: { matchStatus: 'LIMIT_EXCEEDED' } })
})

test('an administrator’s cap is LIMIT_EXCEEDED with credits to spare (docs/client-credentials-flow)', async () => {
  const vendor = await start({ variants: ['limit-exceeded-items'] })
  expect((await byId(vendor, 1)).json.data[0].meta.matchStatus).toBe('LIMIT_EXCEEDED')
  expect(vendor.account.remaining).toBe(10_000)
})

test.each([
  ['not-entitled', 'ZI0003'],
  ['app-without-scope', 'ZI0002'],
])('%s is a 403 %s (docs/status-codes-and-errors)', async (variant, code) => {
  const { status, json } = await byId(await start({ variants: [variant] }), 1)
  expect([status, json.error.code]).toEqual([403, code])
})

test('the usage is a list of limits: the credits are uniqueIdLimit, and 0 of 0 is no limit (OpenAPI; a live sample)', async () => {
  const { json } = await usage(await start({ allotment: 12_000, remaining: 9_345 }))
  const limits = json.data[0].attributes.usage
  expect(limits[0]).toMatchObject({ limitType: 'requestLimit', totalLimit: 0, usageRemaining: 0 })
  expect(limits[2]).toMatchObject({ limitType: 'uniqueIdLimit', currentUsage: 2_655, usageRemaining: 9_345 })
})

test('the OpenAPI file describes shorter names of limits (OpenAPI)', async () => {
  const { json } = await usage(await start({ variants: ['short-limit-types'] }))
  const types = json.data[0].attributes.usage.map(({ limitType }: { limitType: string }) => limitType)
  expect(types).toEqual(['request', 'record', 'uniqueID'])
})

test('headers tell of a second, an hour and a day; a 429 names the bucket and the wait (docs/rate-limits)', async () => {
  const vendor = await start({ perSecond: 5 })
  const first = await byId(vendor, 1)
  expect(first.headers).toMatchObject({
    'x-ratelimit-limit-second': '5',
    'x-ratelimit-remaining-second': '4',
    'x-ratelimit-limit-hour': '10800',
    'x-ratelimit-remaining-day': '-1',
  })
  vendor.behave({ perSecond: 1 })
  const { status, json, headers } = await byId(vendor, 1)
  expect([status, json.error.code, json.error.retryable]).toEqual([429, 'ZI0004', true])
  expect(headers).toMatchObject({ 'retry-after': '1', 'x-ratelimit-rejected-bucket': 'second' })
  expect(headers['x-ratelimit-reset']).toMatch(/^\d{10}$/)
})

test('the wait may be thousands of seconds (docs/rate-limits)', async () => {
  const { status, headers } = await byId(await start({ variants: ['hour-used-up'] }), 1)
  expect(status).toBe(429)
  expect(headers).toMatchObject({ 'retry-after': '1800', 'x-ratelimit-rejected-bucket': 'hour' })
})

test('a wrong path and a wrong verb are a 404 ZI9998 (docs/status-codes-and-errors)', async () => {
  const vendor = await start()
  expect((await request(vendor, '/gtm/data/v1/no')).json.error.code).toBe('ZI9998')
  const { status, json } = await request(vendor, ENRICH, { headers: JSON_API })
  expect([status, json.error.code]).toEqual([404, 'ZI9998'])
})

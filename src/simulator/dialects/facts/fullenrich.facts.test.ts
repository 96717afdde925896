import { afterEach, expect, test } from 'vitest'
import { ManualClock } from '../../../../test/support/simulator/manual-clock.ts'
import { request, VendorsUnderTest } from '../../../../test/support/simulator/vendor-under-test.ts'
import type { SimulatedVendor, VendorOptions } from '../../vendor.ts'

const BULK = '/api/v2/contact/enrich/bulk'
const CREDITS = '/api/v2/account/credits'
const WORK = ['contact.work_emails']

const vendors = new VendorsUnderTest()
afterEach(() => vendors.closeAll())

/** Jobs take 5 s. */
async function start(more: VendorOptions = {}): Promise<{ vendor: SimulatedVendor; clock: ManualClock }> {
  const clock = new ManualClock()
  return { clock, vendor: await vendors.start({ dialect: 'fullenrich', jobMs: 5_000, clock, ...more }) }
}

const contact = (who: string, more: object = {}) => ({
  linkedin_url: `https://www.linkedin.com/in/${who}`,
  enrich_fields: WORK,
  custom: { id: who },
  ...more,
})
const post = (vendor: SimulatedVendor, data: readonly object[], query = '', headers: Record<string, string> = {}) =>
  request(vendor, BULK + query, { method: 'POST', body: JSON.stringify({ name: 'spenddown-7', data }), headers })
const ask = (vendor: SimulatedVendor, id: string, query = '') => request(vendor, `${BULK}/${id}${query}`)
const balance = async (vendor: SimulatedVendor) => (await request(vendor, CREDITS)).json.balance

/** A job from its submission to its end. */
async function done({ vendor, clock }: { vendor: SimulatedVendor; clock: ManualClock }, ...data: readonly object[]) {
  const { json } = await post(vendor, data)
  clock.advance(5_000)
  return ask(vendor, json.enrichment_id)
}

test('a bulk is taken as a job with a UUID (OpenAPI)', async () => {
  const { status, json } = await post((await start()).vendor, [contact('ada')])
  expect(status).toBe(200)
  expect(Object.keys(json)).toEqual(['enrichment_id'])
  expect(json.enrichment_id).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
})

test('a job that runs is a 400 error.enrichment.in_progress (OpenAPI)', async () => {
  const { vendor } = await start()
  const { status, json } = await ask(vendor, (await post(vendor, [contact('ada')])).json.enrichment_id)
  expect([status, json.code]).toEqual([400, 'error.enrichment.in_progress'])
})

test('or a 200 IN_PROGRESS without data (seen by public clients)', async () => {
  const { vendor } = await start({ variants: ['pending-200'] })
  const id = (await post(vendor, [contact('ada')])).json.enrichment_id
  const { status, json } = await ask(vendor, id)
  expect(status).toBe(200)
  expect(json).toEqual({ id, name: 'spenddown-7', status: 'IN_PROGRESS', cost: { credits: 0 } })
})

test('forceResults=true brings what there is (OpenAPI)', async () => {
  const { vendor } = await start()
  const id = (await post(vendor, [contact('ada')])).json.enrichment_id
  const { status, json } = await ask(vendor, id, '?forceResults=true')
  expect([status, json.status]).toEqual([200, 'IN_PROGRESS'])
  expect(json.data).toMatchObject([{ custom: { id: 'ada' }, contact_info: {} }])
})

test('a job that is done has its items with custom and input, and one cost for all (OpenAPI)', async () => {
  const started = await start({ misses: (key) => key.endsWith('/nobody') })
  const { status, json } = await done(
    started,
    { first_name: 'Ada', last_name: 'Moor', domain: 'example.com', enrich_fields: WORK, custom: { id: 'job-1' } },
    contact('nobody'),
  )
  expect(status).toBe(200)
  expect(json).toMatchObject({ name: 'spenddown-7', status: 'FINISHED', cost: { credits: 1 } })
  expect(json.data[0]).toMatchObject({
    input: { first_name: 'Ada', last_name: 'Moor', company_domain: 'example.com' },
    custom: { id: 'job-1' },
    contact_info: { most_probable_work_email: { status: 'DELIVERABLE' }, personal_emails: [], phones: [] },
    profile: { full_name: expect.any(String), social_profiles: { professional_network: { id: expect.any(Number) } } },
  })
  expect(json.data[1]).toEqual({
    input: { professional_network_url: 'https://www.linkedin.com/in/nobody' },
    custom: { id: 'nobody' },
    contact_info: {},
  })
})

test.each([
  [WORK, [], 1],
  [['contact.personal_emails'], [], 3],
  [['contact.phones'], [], 10],
  [[...WORK, 'contact.personal_emails', 'contact.phones'], [], 14],
  [[...WORK, 'contact.phones'], ['landlines-only'], 1],
  [[...WORK, 'contact.phones'], ['without-work-emails'], 10],
])(
  '%j with %j costs %i: what is found of what was asked for (general/credit)',
  async (enrich_fields, variants, cost) => {
    const { json } = await done(await start({ variants }), contact('ada', { enrich_fields }))
    expect(json.cost.credits).toBe(cost)
  },
)

test('contacts of one job may ask for different things (general/credit)', async () => {
  const { json } = await done(await start(), contact('a'), contact('b', { enrich_fields: ['contact.phones'] }))
  expect(json.cost.credits).toBe(11)
})

test('what is found in part has the rest empty (OpenAPI)', async () => {
  const enrich_fields = [...WORK, 'contact.phones']
  const { json } = await done(await start({ variants: ['without-work-emails'] }), contact('ada', { enrich_fields }))
  expect(json.data[0].contact_info).toMatchObject({ work_emails: [], phones: [{ line_type: 'MOBILE' }] })
  expect(json.data[0].contact_info.most_probable_work_email).toBeUndefined()
})

test('the same input within 3 months is free and brings the same old data (general/credit)', async () => {
  const started = await start()
  const first = (await done(started, contact('ada'))).json
  started.vendor.behave({ version: 2 })
  const again = (await done(started, contact('ada'))).json
  expect([first.cost.credits, again.cost.credits]).toEqual([1, 0])
  expect(again.data[0].profile).toEqual(first.data[0].profile)
  started.clock.advance(92 * 86_400_000)
  const later = (await done(started, contact('ada'))).json
  expect(later.cost.credits).toBe(1)
  expect(later.data[0].profile).not.toEqual(first.data[0].profile)
})

test('twice in one bulk and in jobs at the same time is charged twice (general/credit)', async () => {
  const started = await start()
  expect((await done(started, contact('ada'), contact('ada'))).json.cost.credits).toBe(2)
  const { vendor, clock } = started
  const ids = [await post(vendor, [contact('ben')]), await post(vendor, [contact('ben')])]
  clock.advance(5_000)
  for (const { json } of ids) expect((await ask(vendor, json.enrichment_id)).json.cost.credits).toBe(1)
})

test('a job is charged when it is done (seen: cost 0 while it runs)', async () => {
  const { vendor, clock } = await start({ remaining: 10 })
  await post(vendor, [contact('ada')])
  expect(await balance(vendor)).toBe(10)
  clock.advance(5_000)
  expect(await balance(vendor)).toBe(9)
})

test.each([
  [[], 402],
  [['credits-in-200'], 200],
])('a job without credits is CREDITS_INSUFFICIENT, %j a %i (OpenAPI; seen)', async (variants, expected) => {
  const { status, json } = await done(await start({ remaining: 0, variants }), contact('ada'))
  expect(status).toBe(expected)
  expect(json).toMatchObject({ status: 'CREDITS_INSUFFICIENT', cost: { credits: 0 }, name: 'spenddown-7' })
})

test('it may have got some of it (OpenAPI: the 402 has the result)', async () => {
  const started = await start({ remaining: 1, bulkShortfall: 'partial' })
  const { status, json } = await done(started, contact('a'), contact('b'))
  expect([status, json.status, json.cost.credits]).toEqual([402, 'CREDITS_INSUFFICIENT', 1])
  expect(json.data[0].contact_info.work_emails).toHaveLength(1)
  expect(json.data[1].contact_info).toEqual({})
})

test('CREDITS_INSUFFICIENT may mean that nothing was found (FullEnrich/fullenrich-skills, August 2026)', async () => {
  const started = await start({ matchRate: 0, variants: ['insufficient-means-nothing'] })
  const { status, json } = await done(started, contact('ada'))
  expect([status, json.status]).toEqual([200, 'CREDITS_INSUFFICIENT'])
  expect(await balance(started.vendor)).toBe(10_000)
})

test.each([
  [[], 'UNKNOWN'],
  [['canceled'], 'CANCELED'],
  [['rate-limited-jobs'], 'RATE_LIMIT'],
])('a job can fail: %j %s (OpenAPI, the statuses)', async (variants, expected) => {
  const { status, json } = await done(await start({ variants, faults: { jobFails: {} } }), contact('ada'))
  expect([status, json.status, json.cost.credits]).toEqual([200, expected, 0])
})

test.each([
  [{ first_name: 'Ada', last_name: 'Moor' }],
  [{ enrich_fields: [] }],
  [{ custom: { id: 7 } }],
  [{ custom: { id: 'x'.repeat(101) } }],
  [{ custom: Object.fromEntries(Array.from({ length: 11 }, (_, i) => [`k${i}`, 'v'])) }],
])('one bad contact refuses the whole bulk; silentFail=true skips it (OpenAPI): %j', async (more) => {
  const { vendor, clock } = await start()
  const bad = 'first_name' in more ? { ...more, enrich_fields: WORK } : contact('bad', more)
  const refused = await post(vendor, [contact('ada'), bad])
  expect([refused.status, typeof refused.json.code]).toEqual([400, 'string'])
  const { json } = await post(vendor, [contact('ada'), bad], '?silentFail=true')
  clock.advance(5_000)
  expect((await ask(vendor, json.enrichment_id)).json.data).toHaveLength(1)
})

test('a bulk has 100 contacts at most (OpenAPI)', async () => {
  const many = Array.from({ length: 101 }, (_, i) => contact(`c${i}`))
  expect((await post((await start()).vendor, many)).status).toBe(400)
})

test('a job that is not there is a 404, a wrong key a 401 (OpenAPI)', async () => {
  const { vendor } = await start({ apiKey: 'k' })
  const wrong = await post(vendor, [contact('ada')], '', { authorization: 'Bearer other' })
  expect([wrong.status, wrong.json.code]).toEqual([401, 'error.api.key'])
  vendor.behave({ apiKey: null })
  const { status, json } = await ask(vendor, '0199aaaa-0000-7000-8000-000000000404')
  expect([status, json.code]).toEqual([404, 'error.enrichment.not_found'])
})

test('every poll counts in the 60 calls a minute; a 429 says how long in words alone (general/ratelimit)', async () => {
  const { vendor } = await start({ perMinute: 1 })
  const { json } = await post(vendor, [contact('ada')])
  const refused = await ask(vendor, json.enrichment_id)
  expect([refused.status, refused.json.code]).toEqual([429, 'error.rate.limit'])
  expect(Object.keys(refused.headers).filter((name) => /retry|limit/.test(name))).toEqual([])
})

test('the balance is one number, and a key can be verified (OpenAPI)', async () => {
  const { vendor } = await start({ remaining: 4_999.5 })
  expect((await request(vendor, CREDITS)).json).toEqual({ balance: 4_999.5 })
  expect((await request(vendor, '/api/v2/account/keys/verify')).json.workspace_id).toEqual(expect.any(String))
})

import { describe, expect, test } from 'vitest'
import { plan } from '../../../src/app/plan/plan.ts'
import { describePlan } from '../../../src/cli/commands/plan.ts'
import { resolveConfig } from '../../../src/config/resolve-config.ts'
import type { VendorOptions } from '../../../src/index.ts'
import { peopleDataLabs } from '../../../src/presets.ts'
import type { Log } from '../../../src/refresh/ports/log.ts'
import { databases } from '../../support/databases/databases.ts'
import { booksOf, emailOf } from '../support/stage.ts'
import { type Contract, contractTests, presetStage } from './support/contract.ts'

const SILENT: Log = { trace() {}, debug() {}, info() {}, warn() {}, error() {} }

const contract: Contract = {
  dialect: 'people-data-labs',
  preset: () => peopleDataLabs({ apiKey: 'k' }),
  update: { job_title: 'job_title', company: 'job_company_name' },
  cost: 1,
  balance: 'endpoint',
}

contractTests(contract)

test.skipIf(!databases.includes('postgresql'))('on PostgreSQL too', async () => {
  const stage = await presetStage(contract, 30, {}, 'postgresql')
  const { summary } = await stage.go()
  expect(booksOf(summary, stage)).toEqual({ spent: 30, billed: 30, refreshed: 30 })
})

test('many go in one call of at most so many, and a lone one by itself', async () => {
  const stage = await presetStage(contract, 45)
  await stage.go({ ...peopleDataLabs({ apiKey: 'k', recordsPerCall: 13 }), baseUrl: stage.vendor.url })
  const sizes = stage.vendor.bill.entries().map(({ records }) => records.length)
  expect(Math.max(...sizes)).toBe(13)
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(45)
  expect(peopleDataLabs({ recordsPerCall: 500 }).bulk?.maxRecords).toBe(100)
})

test('a call refused whole is halved until its bad record is alone', async () => {
  const faults = { badRequest: { keys: [emailOf(13)] } }
  const stage = await presetStage(contract, 20, { faults, bulkBadItems: 'whole' })
  const { summary } = await stage.go()
  expect(summary.records).toMatchObject({ refreshed: 19, failed: 1 })
})

test('a wrong path fails a whole call, and says nothing of its records', async () => {
  const stage = await presetStage(contract, 12)
  const elsewhere = { baseUrl: `${stage.vendor.url}/elsewhere`, single: undefined }
  await expect(stage.go(elsewhere)).rejects.toMatchObject({ code: 'BALANCE_UNREADABLE' })
  const { balance: _, ...credits } = peopleDataLabs().credits ?? {}
  const { summary } = await stage.go({ ...elsewhere, credits }, { budget: 12 })
  expect(summary.records).toMatchObject({ refreshed: 0, notFound: 0 })
})

test('results are told by the metadata that was sent with their records, in any order', () => {
  const bulk = peopleDataLabs({ apiKey: 'k' }).bulk as NonNullable<VendorOptions['bulk']>
  const records = [{ email: 'a@x' }, { email: 'b@x' }]
  const { requests } = bulk.request(records).json as { requests: { metadata: object }[] }
  const body = requests.map(({ metadata }, at) => ({ metadata, status: 200, data: { id: at } })).reverse()
  expect(bulk.results(body as never, records)).toEqual([
    { key: '1', status: 200, data: { id: 1 } },
    { key: '0', status: 200, data: { id: 0 } },
  ])
  expect(records.map((record, at) => bulk.key?.(record, at))).toEqual(['0', '1'])
})

test('a record that nothing identifies is never sent', async () => {
  const stage = await presetStage(contract, 10)
  await stage.execute('UPDATE people SET linkedin_url = NULL', "UPDATE people SET email = '' WHERE id = 4")
  const { summary } = await stage.go()
  expect(summary.records).toMatchObject({ refreshed: 9, failed: 1 })
  expect(stage.vendor.stats.replies[400]).toBeUndefined()
})

test('whom to ask for, and what else to send, are the caller’s to say', () => {
  const vendor = peopleDataLabs<{ id: number; phone: string | null }>({
    identify: ({ id, phone }) => ({ phone, pdl_id: `id-${id}` }),
    params: { min_likelihood: 6 },
  })
  expect(vendor.single?.request({ id: 7, phone: null })).toEqual({
    path: '/v5/person/enrich',
    query: { min_likelihood: 6, pdl_id: 'id-7' },
  })
})

describe('Person Retrieve', () => {
  const own = { ...contract, preset: () => peopleDataLabs({ apiKey: 'k', retrieve: 'pdl_id' }) }
  /** Sixty people with ids, three without. */
  async function retrieveStage() {
    const stage = await presetStage(own, 63, { version: 2, changeShare: 0.25 })
    await stage.execute(
      'ALTER TABLE people ADD COLUMN pdl_id TEXT',
      "UPDATE people SET pdl_id = 'pdl-' || email WHERE id <= 60",
    )
    return stage
  }

  test('what was never seen is charged; later only what has changed, and run and plan say what that saves', async () => {
    const stage = await retrieveStage()
    const first = await stage.go()
    expect(first.summary).toMatchObject({ records: { refreshed: 63, failed: 0 }, credits: { spent: 63, saved: 0 } })
    stage.vendor.behave({ version: 3 })
    const { summary } = await stage.go()
    const billed = stage.vendor.bill.totals().lookupCredits - 63
    expect(billed).toBeLessThan(35)
    expect(summary).toMatchObject({ records: { refreshed: 63 }, credits: { spent: billed, saved: 63 - billed } })
    const resolved = resolveConfig(stage.presetConfig)
    if ('problems' in resolved) throw new Error(JSON.stringify(resolved.problems))
    const planned = await plan(resolved.config, undefined, SILENT)
    // Both runs together: what was saved for each credit that was spent.
    const { expectedUse, unchanged } = planned.credits
    expect(unchanged?.typical).toBeCloseTo(((expectedUse?.typical ?? 0) * (63 - billed)) / (63 + billed), 4)
    expect(describePlan(planned, 'UTC').join('\n')).toMatch(/records that have not changed save \d/)
  })

  test('records with an id go in bulk by id; one without is asked for alone, by what is known of it', () => {
    const vendor = own.preset()
    const records = [{ pdl_id: 'a_0000' }, { pdl_id: 'b_0000' }]
    expect(vendor.bulk?.request(records)).toEqual({
      method: 'POST',
      path: '/v5/person/retrieve/bulk',
      query: {},
      json: { requests: records.map(({ pdl_id: id }, at) => ({ metadata: { reference: String(at) }, id })) },
    })
    expect(() => vendor.bulk?.request([...records, { pdl_id: null }])).toThrow('no id for Person Retrieve')
    expect(vendor.single?.request({ pdl_id: 'a b' })).toEqual({ path: '/v5/person/retrieve/a%20b', query: {} })
    expect(vendor.single?.request({ email: 'a@x.example' }).path).toBe('/v5/person/enrich')
  })
})

test.each([
  ['billed', { status: 200, billed: true, data: { id: 'a' } }, 1],
  ['not billed', { status: 200, billed: false, data: { id: 'a' } }, 0],
  ['of several', { data: [{ status: 200, billed: true }, { status: 200, billed: false }, { status: 404 }] }, 1],
  [
    'in a list',
    [
      { status: 200, billed: true },
      { status: 200, billed: true },
    ],
    2,
  ],
  ['said of some', [{ status: 200, billed: true }, { status: 200 }], undefined],
  ['of an enrichment', { status: 200, likelihood: 9, data: { id: 'a' } }, undefined],
])('what Retrieve says was billed counts where no header says it: %s', (_, body, expected) => {
  const charged = (headers: Record<string, string>, retrieve?: string) =>
    peopleDataLabs(retrieve === undefined ? {} : { retrieve }).credits?.charged?.({
      status: 200,
      headers,
      body,
    } as never)
  expect(charged({}, 'pdl_id')).toBe(expected)
  expect(charged({ 'x-call-credits-spent': '7' }, 'pdl_id')).toBe('7')
  expect(charged({})).toBeUndefined()
})

describe('the balance is what was bought', () => {
  const remaining = (headers: Record<string, string>) =>
    (peopleDataLabs().credits as NonNullable<VendorOptions['credits']>).remaining?.({
      status: 200,
      headers,
      body: null,
    })

  test.each([
    [{ 'x-totallimit-remaining': '1342', 'x-totallimit-purchased-remaining': '342' }, '342'],
    [{ 'x-totallimit-remaining': '1342', 'x-totallimit-overages-remaining': '1000' }, 342],
    [{ 'x-totallimit-remaining': '1342' }, undefined],
    [{}, undefined],
  ])('%o: %s', (headers, expected) => {
    expect(remaining(headers as Record<string, string>)).toBe(expected)
  })
})

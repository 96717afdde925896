import { expect, test } from 'vitest'
import type { VendorOptions } from '../../../src/index.ts'
import { onEachStage } from '../support/on-each-stage.ts'
import { scriptedVendor } from '../support/scripted-vendor.ts'
import { idOf, type Stage } from '../support/stage.ts'

/** A config that does not fit its vendor is found out before it has cost more than a few credits. */

const SILENT = { balance: undefined, remaining: undefined, charged: undefined }
const NO_ROUTE = { status: 404, body: { error: 'no such route' } }
const FOUND = { body: { data: { job_title: 'fresh', job_company_name: 'fresh' } } }
const coolingDown = async (stage: Stage) =>
  (await stage.rows(`SELECT "key" FROM ${stage.own('memory')} WHERE cool_down_until IS NOT NULL`)).length

onEachStage((begin) => {
  test.each([
    ['a mistyped path', { job_title: 'jobTitel' }],
    ['a mistyped path beside a constant', { job_title: 'jobTitel', company: () => 'seen' }],
  ])('%s: stops after five paid replies, however many misses come before them', async (_, update) => {
    const stage = await begin({ people: 80, vendor: { misses: (email) => idOf(email) <= 40 } })
    const { summary } = await stage.run({ records: { update } }, { budget: 80 })
    expect(summary).toMatchObject({ status: 'failed', stopReason: 'error', credits: { spent: 5 } })
    expect(summary.records).toMatchObject({ notFound: 40, failed: 5, refreshed: 0 })
    expect(summary.detail).toContain('the first 5 paid replies were of no use')
    expect(await coolingDown(stage)).toBe(0)
    const mended = await stage.run({}, { new: true })
    expect(mended.summary).toMatchObject({ status: 'completed', records: { refreshed: 40, notFound: 40 } })
  })

  test('a cost that is a hundredth of the real one: stops after ten paid replies, whatever the budget', async () => {
    const stage = await begin({ people: 300 })
    const credits = { charged: undefined, remaining: undefined, cost: { per: 'match', credits: 0.01 } as const }
    const { summary } = await stage.run({ credits }, { budget: 2 })
    expect(summary).toMatchObject({ status: 'failed', stopReason: 'error', credits: { spent: 0.1 } })
    expect(summary.detail).toContain('the balance fell by 10 credits for calls that should have cost 0.1')
    expect(stage.vendor.bill.totals().lookupCredits).toBe(10)
    const mended = await stage.run({ credits: { ...credits, cost: { per: 'match', credits: 1 } } }, { new: true })
    expect(mended.summary).toMatchObject({ status: 'completed', records: { refreshed: 300 } })
  })

  test('the same of a run that is too short to prove it: it is a warning', async () => {
    const stage = await begin({ people: 300 })
    const credits = { charged: undefined, remaining: undefined, cost: { per: 'match', credits: 0.01 } as const }
    const { summary } = await stage.run({ credits }, { budget: 0.03 })
    expect(summary).toMatchObject({ status: 'completed', stopReason: 'budget-spent', credits: { spent: 0.03 } })
    const told = 'calls seem to cost more than the config says: the balance fell by 3 credits'
    expect(summary.warnings).toEqual([expect.stringContaining(told)])
    const [kept] = await stage.rows(`SELECT warnings FROM ${stage.own('run')}`)
    expect(kept?.warnings).toContain(told)
  })

  test('a wrong path: stops after a hundred records, none of which cools down', async () => {
    const vendor = await scriptedVendor(() => NO_ROUTE)
    const stage = await begin({ people: 300 })
    const { summary } = await stage.run({ vendor: { baseUrl: vendor.url }, credits: SILENT }, { budget: 300 })
    expect(summary).toMatchObject({ status: 'failed', stopReason: 'error', credits: { spent: 0 } })
    expect(summary.records.notFound).toBeGreaterThanOrEqual(100)
    expect(summary.records.notFound).toBeLessThanOrEqual(110)
    expect(summary.detail).toContain('no such route')
    expect(await coolingDown(stage)).toBe(0)
    const mended = await stage.run({}, { new: true })
    expect(mended.summary).toMatchObject({ status: 'completed', records: { refreshed: 300 } })
  })

  test('a wrong path in bulk is a fault of the call, not so many misses', async () => {
    const vendor = await scriptedVendor(() => NO_ROUTE)
    const stage = await begin({ people: 300 })
    const bulk = {
      maxRecords: 10,
      request: (records: readonly { email?: unknown }[]) => ({ method: 'POST' as const, path: '/blk', json: records }),
      results: (body: unknown) => body as never,
    }
    const config = { vendor: { baseUrl: vendor.url, single: undefined, bulk }, credits: SILENT }
    const { summary } = await stage.run(config, { budget: 300 })
    expect(summary).toMatchObject({ status: 'failed', stopReason: 'error', credits: { spent: 0 } })
    expect(summary.records).toMatchObject({ notFound: 0 })
    expect(summary.records.failed).toBeLessThanOrEqual(110)
    expect(summary.detail).toContain('404')
    expect(await coolingDown(stage)).toBe(0)
  })

  test('a config that has found records before may miss as many as there are', async () => {
    const vendor = await scriptedVendor(({ number }) => (number < 10 ? FOUND : { status: 404, body: {} }))
    const stage = await begin({ people: 300 })
    const config = { vendor: { baseUrl: vendor.url }, credits: SILENT }
    const first = await stage.run(config, { limit: 10, budget: 300 })
    expect(first.summary.records).toMatchObject({ refreshed: 10 })
    const second = await stage.run(config, { budget: 300, new: true })
    expect(second.summary).toMatchObject({ status: 'completed', records: { notFound: 300 } })
    expect(await coolingDown(stage)).toBe(300)
  })

  test('a request that reads nothing of its record is never sent; one that is read as JSON is', async () => {
    const vendor = await scriptedVendor(() => FOUND)
    const stage = await begin({ people: 60 })
    const asking = (request: NonNullable<VendorOptions['single']>['request']) => ({
      vendor: { baseUrl: vendor.url, single: { request, data: (body: { data: object }) => body.data } },
      credits: SILENT,
    })
    const constant = asking(() => ({ path: '/enrich?email=p1@example.com' }))
    const { summary } = await stage.run(constant, { budget: 60 })
    expect(summary).toMatchObject({ status: 'failed', stopReason: 'error', calls: { sent: 0 }, credits: { spent: 0 } })
    expect(summary.detail).toContain('reads no column of its record')
    expect(await coolingDown(stage)).toBe(0)
    const whole = asking((record) => ({ method: 'POST', path: '/enrich', json: record }))
    const sent = await stage.run(whole, { budget: 60, new: true })
    expect(sent.summary).toMatchObject({ status: 'completed', records: { refreshed: 60 }, warnings: [] })
  })

  test('a path that finds nothing beside one that does is a warning', async () => {
    const stage = await begin({ people: 60 })
    const update = { job_title: 'job_title', company: 'job_compny_name' }
    const { summary, logs } = await stage.run({ records: { update } })
    expect(summary).toMatchObject({ status: 'completed', records: { refreshed: 60 } })
    expect(summary.warnings).toEqual([expect.stringContaining("records.update.company: 'job_compny_name'")])
    expect(logs.filter(({ message }) => message.includes('job_compny_name'))).toHaveLength(1)
    const fitting = await begin({ people: 60 })
    expect((await fitting.run()).summary.warnings).toEqual([])
  })
})

import { expect, test } from 'vitest'
import type { VendorOptions } from '../../../src/index.ts'
import { apollo } from '../../../src/presets.ts'
import { booksOf, emailOf, idOf } from '../support/stage.ts'
import { type Contract, contractTests, presetStage } from './support/contract.ts'

const contract: Contract = {
  dialect: 'apollo',
  preset: () => apollo({ apiKey: 'k' }),
  update: { job_title: 'title', company: 'organization.name' },
  cost: 1,
  balance: 'endpoint',
}

contractTests(contract)

test('ten go in one call, and misses are told by their place', async () => {
  const stage = await presetStage(contract, 45, { misses: (key) => idOf(key) % 2 === 0 })
  const { summary } = await stage.go({}, { budget: 1_000 })
  expect(summary.records).toMatchObject({ refreshed: 23, notFound: 22 })
  expect(await stage.refreshed()).toEqual(Array.from({ length: 23 }, (_, i) => 2 * i + 1))
  expect(stage.vendor.stats.calls).toBeLessThan(10)
})

test('a lone record that is missed is a miss, and free', async () => {
  const stage = await presetStage(contract, 1, { matchRate: 0 })
  const { summary } = await stage.go({}, { budget: 10 })
  expect(summary).toMatchObject({ records: { notFound: 1 }, credits: { spent: 0 } })
  expect(stage.vendor.stats.replies).toEqual({ 200: 1 })
})

test.each([[[]], [['old-credits-error']]])(
  'out of credits is a 422 that no other 422 is taken for: %j',
  async (variants) => {
    const faults = { unprocessable: { keys: [emailOf(3)] } }
    const stage = await presetStage(contract, 40, { allotment: 12, variants, faults })
    const { credits } = apollo()
    const blind = { credits: { cost: credits?.cost, charged: credits?.charged, allotment: 1_000 } }
    const { summary } = await stage.go(blind as Partial<VendorOptions>, { budget: 40 })
    expect(summary).toMatchObject({ stopReason: 'credits-exhausted', records: { failed: 1 } })
    expect(booksOf(summary, stage).spent).toBe(stage.vendor.bill.totals().lookupCredits)
  },
)

test('out of credits, the day on which they come back is told', async () => {
  const resetAt = Date.now() + 12 * 86_400_000
  const day = new Date(resetAt).toISOString().slice(0, 10)
  const stage = await presetStage(contract, 40, { allotment: 12, resetAt })
  const { cost, charged, backAt } = apollo().credits ?? {}
  const blind = { credits: { cost, charged, backAt, allotment: 1_000 } }
  const { summary } = await stage.go(blind as Partial<VendorOptions>, { budget: 40 })
  expect(summary).toMatchObject({ stopReason: 'credits-exhausted' })
  expect(summary.detail).toContain(`the vendor says that credits come back on ${day}T00:00:00.000Z`)
})

test('waterfall enrichment, whose price no reply tells, needs a cost in the config', () => {
  const params = { run_waterfall_email: true }
  expect(() => apollo({ params })).toThrow('Say the most that one may cost')
  const cost = { per: 'record', credits: 12 } as const
  expect(apollo({ params, credits: { cost } }).credits?.cost).toEqual(cost)
})

test('with no credits at all nothing is sent, and no record cools down', async () => {
  const stage = await presetStage(contract, 20, { allotment: 0 })
  const { summary } = await stage.go()
  expect(summary).toMatchObject({ stopReason: 'budget-spent', records: { refreshed: 0, failed: 0 } })
  expect(stage.vendor.stats.calls).toBe(0)
})

test.each([['stale-remaining'], ['stale-used'], ['none']])(
  'of a user’s figures the lower one counts: %s',
  async (variant) => {
    const own = { ...contract, preset: () => apollo({ apiKey: 'k', balance: 'user' }) }
    const stage = await presetStage(own, 30, { allotment: 12, variants: variant === 'none' ? [] : [variant] })
    const { summary } = await stage.go()
    expect(summary.credits.spent).toBe(variant === 'stale-remaining' ? 0 : 12)
  },
)

test.each([
  ['key-without-usage', 'CREDENTIALS_REFUSED'],
  ['key-without-bulk-match', null],
])('a key that may not ask for all of it stops the run: %s', async (variant, code) => {
  const stage = await presetStage(contract, 20, { variants: [variant] })
  if (code !== null) return expect(stage.go()).rejects.toMatchObject({ code })
  const { summary } = await stage.go()
  expect(summary).toMatchObject({ status: 'failed', records: { failed: 0, remaining: 20 }, credits: { spent: 0 } })
})

test('the cycle ends when the account says so', () => {
  const { cycle } = apollo().credits ?? {}
  expect(cycle?.resetsAt?.({ current_credit_cycle: { end_date: '2026-12-18' } })).toBe('2026-12-18')
  expect(cycle?.resetsAt?.(null)).toBeUndefined()
})

test('a mobile number may cost eight more, and so much is reserved', () => {
  expect(apollo().credits?.cost).toEqual({ per: 'match', credits: 1 })
  expect(apollo({ params: { reveal_phone_number: true } }).credits?.cost).toEqual({ per: 'match', credits: 9 })
})

import { expect, test } from 'vitest'
import { apollo } from '../../../src/presets.ts'
import { booksOf, idOf } from '../support/stage.ts'
import { type Contract, contractTests, presetStage } from './support/contract.ts'

const contract: Contract = {
  dialect: 'apollo',
  preset: () => apollo({ apiKey: 'k' }),
  update: { job_title: 'title', company: 'organization.name' },
  cost: 1,
  balance: 'nowhere',
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

test('where the contract knows how credits end, the run ends so', async () => {
  const outOfCredits = { status: 422, body: { error: 'no credits', error_code: 'NO_CREDITS' } }
  const stage = await presetStage(contract, 40, { allotment: 12, outOfCredits })
  const vendor = apollo({ apiKey: 'k', isOutOfCredits: ({ body }) => body?.error_code === 'NO_CREDITS' })
  const { summary } = await stage.go({ ...vendor, baseUrl: stage.vendor.url }, { budget: 40 })
  expect(summary).toMatchObject({ stopReason: 'credits-exhausted', records: { failed: 0 } })
  expect(booksOf(summary, stage).spent).toBe(stage.vendor.bill.totals().lookupCredits)
})

test('a mobile number may cost eight more, and so much is reserved', () => {
  expect(apollo().credits?.cost).toEqual({ per: 'match', credits: 1 })
  expect(apollo({ params: { reveal_phone_number: true } }).credits?.cost).toEqual({ per: 'match', credits: 9 })
})

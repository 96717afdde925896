import { expect, test } from 'vitest'
import type { Body } from '../../../src/config/options/vendor-types.ts'
import { enrichLayer } from '../../../src/presets.ts'
import { booksOf } from '../support/stage.ts'
import { type Contract, contractTests, presetStage } from './support/contract.ts'

const contract: Contract = {
  dialect: 'enrich-layer',
  preset: () => enrichLayer({ apiKey: 'k' }),
  update: {
    job_title: (data: Body) => data.experiences[0].title,
    company: (data: Body) => data.experiences[0].company,
  },
  cost: 1,
  keyOf: (id) => `https://www.linkedin.com/in/p${id}`,
  balance: 'endpoint',
}

contractTests(contract)

test('a record without a profile is never sent', async () => {
  const stage = await presetStage(contract, 10)
  await stage.execute('UPDATE people SET linkedin_url = NULL WHERE id = 4')
  const { summary } = await stage.go()
  expect(summary.records).toMatchObject({ refreshed: 9, failed: 1 })
  expect(stage.vendor.stats.calls).toBe(9)
})

test.each([
  [{ use_cache: 'if-recent' }, 2],
  [{ live_fetch: 'force' }, 10],
])('what costs more is reserved, and the reply says what it was: %j', async (params, cost) => {
  const dear = { ...contract, cost, preset: () => enrichLayer({ apiKey: 'k', params }) }
  const stage = await presetStage(dear, 10, { allotment: 3 * cost + 1 })
  const { summary } = await stage.go()
  expect(summary).toMatchObject({ stopReason: 'budget-spent', credits: { spent: 3 * cost }, records: { refreshed: 3 } })
  expect(stage.vendor.account.remaining).toBe(1)
})

test('parts that are asked for are charged where there is something: that is reserved, and the reply says the rest', async () => {
  const dear = {
    ...contract,
    preset: () => enrichLayer({ apiKey: 'k', params: { extra: 'include', skills: 'include' } }),
  }
  expect(dear.preset().credits?.cost).toEqual({ per: 'match', credits: 3 })
  const stage = await presetStage(dear, 10, { allotment: 10 })
  const { summary } = await stage.go()
  const { spent, billed } = booksOf(summary, stage)
  expect([summary.stopReason, spent]).toEqual(['budget-spent', billed])
  expect(stage.vendor.account.remaining).toBeLessThan(3)
})

test('an account whose own rule is fresh data pays no more than was reserved', async () => {
  const stage = await presetStage(contract, 10, { variants: ['fresh-by-default'] })
  const { summary } = await stage.go()
  expect(booksOf(summary, stage)).toEqual({ spent: 10, billed: 10, refreshed: 10 })
})

test('without a key there is no half of a header', () => {
  expect(enrichLayer({ apiKey: undefined }).headers).toEqual({ Authorization: undefined })
})

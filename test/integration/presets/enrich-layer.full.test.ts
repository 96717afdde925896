import { expect, test } from 'vitest'
import type { Body } from '../../../src/config/options/vendor-types.ts'
import { enrichLayer } from '../../../src/presets.ts'
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

test('what costs more is reserved as the contract says', async () => {
  const credits = { cost: { per: 'match' as const, credits: 3 } }
  const dear = {
    ...contract,
    cost: 3,
    preset: () => enrichLayer({ apiKey: 'k', params: { extra: 'include' }, credits }),
  }
  const stage = await presetStage(dear, 10, { allotment: 10 })
  const { summary } = await stage.go()
  expect(summary).toMatchObject({ stopReason: 'budget-spent', credits: { spent: 9 }, records: { refreshed: 3 } })
})

test('without a key there is no half of a header', () => {
  expect(enrichLayer({ apiKey: undefined }).headers).toEqual({ Authorization: undefined })
})

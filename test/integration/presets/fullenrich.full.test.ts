import { expect, test } from 'vitest'
import { fullenrich } from '../../../src/presets.ts'
import { booksOf } from '../support/stage.ts'
import { type Contract, contractTests, presetStage } from './support/contract.ts'

const contract: Contract = {
  dialect: 'fullenrich',
  preset: () => fullenrich({ apiKey: 'k' }),
  at: ({ async }, url) => ({
    baseUrl: `${url}/api/v2`,
    async: { ...(async as NonNullable<typeof async>), every: '100ms' },
  }),
  update: { job_title: 'profile.full_name', company: 'contact_info.most_probable_work_email.email' },
  cost: 1,
  keyOf: (id) => `https://www.linkedin.com/in/p${id}`,
  balance: 'endpoint',
}

contractTests(contract)

test.each([['pending-200'], ['without-work-emails'], ['credits-in-200']])(
  'an account of another kind: %s',
  async (variant) => {
    const stage = await presetStage(contract, 30, { variants: [variant] })
    const { summary } = await stage.go()
    const found = variant === 'without-work-emails' ? 0 : 30
    expect(summary).toMatchObject({ records: { refreshed: found, notFound: 30 - found, failed: 0 } })
    expect(booksOf(summary, stage)).toEqual({ spent: found, billed: found, refreshed: found })
  },
)

test.each([['canceled'], ['none']])('a job that fails is submitted again: %s', async (variant) => {
  const faults = { jobFails: { next: 1 } }
  const stage = await presetStage(contract, 20, { faults, variants: variant === 'none' ? [] : [variant] })
  const { async } = contract.preset()
  const { summary } = await stage.go({
    async: { ...(async as NonNullable<typeof async>), every: '100ms', within: '3s' },
  })
  expect(summary.records.refreshed).toBe(20)
})

test('what the credits sufficed for is kept', async () => {
  const stage = await presetStage(contract, 40, { allotment: 12, bulkShortfall: 'partial' })
  const { cost, charged, freeRepeat } = contract.preset().credits ?? {}
  const credits = { cost: cost as never, charged: charged as never, freeRepeat: freeRepeat as never }
  const { summary } = await stage.go({ credits }, { budget: 40 })
  expect(summary).toMatchObject({ stopReason: 'credits-exhausted', records: { refreshed: 12, notFound: 0, failed: 0 } })
  expect(booksOf(summary, stage).spent).toBe(stage.vendor.bill.totals().lookupCredits)
})

test('nobody is asked for again while the same data would come', async () => {
  const stage = await presetStage(contract, 10)
  await stage.go()
  const { summary } = await stage.go()
  expect(summary).toMatchObject({ records: { selected: 0 }, credits: { spent: 0 } })
})

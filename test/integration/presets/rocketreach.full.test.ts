import { expect, test } from 'vitest'
import { rocketreach } from '../../../src/presets.ts'
import { booksOf } from '../support/stage.ts'
import { type Contract, contractTests, presetStage } from './support/contract.ts'

const contract: Contract = {
  dialect: 'rocketreach',
  preset: () => rocketreach({ apiKey: 'k' }),
  at: ({ async }, url) => ({
    baseUrl: `${url}/api/v2`,
    async: { ...(async as NonNullable<typeof async>), every: '100ms' },
  }),
  update: { job_title: 'current_title', company: 'current_employer' },
  cost: 1,
  keyOf: (id) => `https://www.linkedin.com/in/p${id}`,
  balance: 'endpoint',
}

contractTests(contract)

test.each([['complete-at-once'], ['misses-fail-later'], ['other-pending-words'], ['detail-errors'], ['credits-402']])(
  'an account of another kind: %s',
  async (variant) => {
    const stage = await presetStage(contract, 30, { misses: (key) => key.endsWith('7'), variants: [variant] })
    const { summary } = await stage.go()
    expect(summary).toMatchObject({ records: { refreshed: 27, notFound: 3, failed: 0 } })
    expect(booksOf(summary, stage)).toEqual({ spent: 27, billed: 27, refreshed: 27 })
  },
)

test('lookups that take longer are asked after together', async () => {
  const stage = await presetStage(contract, 40, { jobMs: { min: 300, max: 600 } })
  const { summary } = await stage.go()
  expect(booksOf(summary, stage)).toEqual({ spent: 40, billed: 40, refreshed: 40 })
  expect(stage.vendor.stats.polls).toBeLessThan(stage.vendor.stats.calls)
})

test('with Universal Credits what is revealed is paid for, where it is found', async () => {
  const reveal = ['reveal_professional_email', 'reveal_detailed_person_enrichment'] as const
  const universal = { ...contract, preset: () => rocketreach({ apiKey: 'k', reveal }) }
  const stage = await presetStage(universal, 10, { variants: ['universal-credits'] })
  const { summary } = await stage.go()
  const { spent, billed, refreshed } = booksOf(summary, stage)
  expect([spent, refreshed]).toEqual([billed, 10])
  expect(universal.preset().credits?.cost?.most).toBe(3)
})

test('an account without a limit needs a budget in figures; nothing is spent before', async () => {
  const stage = await presetStage(contract, 5, { variants: ['unlimited-credits'] })
  await expect(stage.go()).rejects.toMatchObject({ code: 'BALANCE_UNREADABLE' })
  expect(stage.vendor.stats.calls).toBe(0)
})

test('a 403 that is not about credits stops the run', async () => {
  const stage = await presetStage(contract, 5, { variants: ['no-permission'] })
  const { summary } = await stage.go()
  expect(summary).toMatchObject({ status: 'failed', credits: { spent: 0 }, records: { failed: 0 } })
})

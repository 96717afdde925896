import { expect, test } from 'vitest'
import { ipinfo } from '../../../src/presets.ts'
import { booksOf } from '../support/stage.ts'
import { type Contract, presetStage } from './support/contract.ts'

const contract: Contract = {
  dialect: 'ipinfo',
  preset: () => ipinfo({ apiKey: 'k', identify: ({ id }) => ({ ip: `9.9.9.${id}` }) }),
  at: ({ credits }, url) => ({
    credits: {
      ...credits,
      balance: { ...(credits?.balance as NonNullable<typeof credits>['balance'] & {}), baseUrl: url },
    },
  }),
  update: { job_title: 'geo.city', company: 'as.name' },
  cost: 1,
  keyOf: (id) => `9.9.9.${id}`,
  balance: 'endpoint',
}

test('what was looked up is what the bill says, and the balance is spent to the last request', async () => {
  const stage = await presetStage(contract, 45, { allotment: 30, variants: ['hard-limit'] })
  const { summary } = await stage.go()
  expect(summary).toMatchObject({ stopReason: 'budget-spent', records: { refreshed: 30 } })
  expect(booksOf(summary, stage)).toEqual({ spent: 30, billed: 30, refreshed: 30 })
})

test('the same 429 is out of quota, and the balance says which', async () => {
  const stage = await presetStage(contract, 20, { faults: { error429: { next: 1 } }, variants: ['hard-limit'] })
  const { summary } = await stage.go()
  expect(summary).toMatchObject({ stopReason: 'all-refreshed', records: { refreshed: 20, failed: 0 } })
})

test.each([[[]], [['bad-items-absent']]])('bad input fails its record alone: %j', async (variants) => {
  const faults = { badRequest: { keys: ['9.9.9.13'] } }
  const stage = await presetStage(contract, 20, { faults, variants: ['hard-limit', ...variants] })
  const { summary } = await stage.go()
  expect(summary.records.refreshed).toBe(19)
  expect(stage.vendor.account.remaining).toBe(1_000 - stage.vendor.bill.totals().lookupCredits)
})

test.each([['flat-errors'], ['lite-token']])(
  'a token that may not stops the run, and nothing is spent: %s',
  async (variant) => {
    const stage = await presetStage(contract, 5, {
      apiKey: variant === 'flat-errors' ? 'another' : 'k',
      variants: [variant],
    })
    const { cost } = contract.preset().credits ?? {}
    const { summary } = await stage.go({ credits: { cost: cost as never } }, { budget: 5 })
    expect(summary).toMatchObject({ status: 'failed', credits: { spent: 0 }, records: { failed: 0 } })
  },
)

test('a limit that is none is no balance', () => {
  const { balance } = ipinfo().credits ?? {}
  const left = (limit: number) => balance?.remaining({ requests: { limit, month: 69 } }, {} as never)
  expect([left(50_000), left(50), left(2_147_483_647)]).toEqual([49_931, 0, undefined])
})

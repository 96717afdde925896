import { expect, test } from 'vitest'
import { hunter } from '../../../src/presets.ts'
import { booksOf } from '../support/stage.ts'
import { type Contract, contractTests, presetStage } from './support/contract.ts'

const contract: Contract = {
  dialect: 'hunter',
  preset: () => hunter({ apiKey: 'k' }),
  update: { job_title: 'employment.title', company: 'employment.name' },
  cost: 0.2,
  legal: 'status 451',
  balance: 'endpoint',
}

contractTests(contract)

test('on a Data Platform plan a match costs a search credit', async () => {
  const legacy = { ...contract, cost: 1, preset: () => hunter({ apiKey: 'k', plan: 'data-platform' }) }
  const stage = await presetStage(legacy, 30, { allotment: 12, variants: ['legacy-plan'] })
  const { summary } = await stage.go()
  expect(booksOf(summary, stage)).toEqual({ spent: 12, billed: 12, refreshed: 12 })
})

test('an account on that list is not taken for one on the other: nothing is spent', async () => {
  const stage = await presetStage(contract, 5, { variants: ['legacy-plan'] })
  await expect(stage.go()).rejects.toMatchObject({ code: 'BALANCE_UNREADABLE' })
  expect(stage.vendor.stats.calls).toBe(0)
})

test.each([['pack-partly-used'], ['no-remaining']])('the whole balance is spent: %s', async (variant) => {
  const stage = await presetStage(contract, 30, { allotment: 2.4, variants: [variant] })
  const { summary } = await stage.go()
  expect(summary.credits.spent).toBe(2.4)
})

test('each plan has a counter of its own, and what is said to remain counts more', () => {
  const body = { data: { requests: { credits: { used: 2.2, available: 2.4 }, searches: { used: 10, available: 50 } } } }
  const said = { data: { requests: { credits: { used: 50, available: 100, remaining: 80.4 } } } }
  expect(hunter().credits?.balance?.remaining(said, {} as never)).toBe(80.4)
  expect(hunter({ plan: 'all-in-one' }).credits?.balance?.remaining(body, {} as never)).toBe(0.2)
  expect(hunter({ plan: 'data-platform' }).credits?.balance?.remaining(body, {} as never)).toBe(40)
})

test('the account says when its cycle ends', () => {
  const cycle = hunter().credits?.cycle
  expect(cycle?.resetsAt?.({ data: { reset_date: '2026-12-13' } })).toBe('2026-12-13')
  expect(cycle?.resetsAt?.({})).toBeUndefined()
})

test('the published limits stand unless the contract names others', () => {
  expect(hunter().limits).toEqual({ perSecond: 15, perMinute: 500 })
  expect(hunter({ limits: { perMinute: 2_000 } }).limits).toEqual({ perSecond: 15, perMinute: 2_000 })
})

import { expect, test } from 'vitest'
import { hunter } from '../../../src/presets.ts'
import { booksOf } from '../support/stage.ts'
import { type Contract, contractTests, presetStage } from './support/contract.ts'

const contract: Contract = {
  dialect: 'hunter',
  preset: () => hunter({ apiKey: 'k' }),
  update: { job_title: 'employment.title', company: 'employment.name' },
  cost: 1,
  legal: 'status 451',
  balance: 'endpoint',
}

contractTests(contract)

test('on an All-in-one plan a match costs a fifth of a credit, and the last fifth is spent', async () => {
  const allInOne = { ...contract, cost: 0.2, preset: () => hunter({ apiKey: 'k', plan: 'all-in-one' }) }
  const stage = await presetStage(allInOne, 30, { allotment: 2.4 })
  const { summary } = await stage.go()
  expect(booksOf(summary, stage)).toEqual({ spent: 2.4, billed: 2.4, refreshed: 12 })
  expect(stage.vendor.account.remaining).toBe(0)
})

test('each plan has a counter of its own', () => {
  const body = { data: { requests: { credits: { used: 2.2, available: 2.4 }, searches: { used: 10, available: 50 } } } }
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

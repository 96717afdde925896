import { expect, test } from 'vitest'
import { prospeo } from '../../../src/presets.ts'
import { booksOf } from '../support/stage.ts'
import { type Contract, contractTests, presetStage } from './support/contract.ts'

const contract: Contract = {
  dialect: 'prospeo',
  preset: () => prospeo({ apiKey: 'k' }),
  update: { job_title: 'full_name', company: 'company.name' },
  cost: 1,
  keyOf: (id) => `https://www.linkedin.com/in/p${id}`,
  balance: 'endpoint',
}

contractTests(contract)

test('who was paid for before is free, as the reply says', async () => {
  const stage = await presetStage(contract, 20)
  await stage.go()
  const { summary } = await stage.go()
  expect(summary).toMatchObject({ records: { refreshed: 20 }, credits: { spent: 0 } })
  expect(stage.vendor.bill.totals().lookupCredits).toBe(20)
})

test.each([
  [{ enrich_mobile: true }, [], 10],
  [{ enrich_mobile: true }, ['no-mobiles'], 1],
  [{ only_verified_mobile: true }, [], 10],
])('with numbers a match costs what was found: %j, %j', async (params, variants, cost) => {
  const dear = { ...contract, preset: () => prospeo({ apiKey: 'k', params }) }
  const stage = await presetStage(dear, 8, { variants })
  const { summary } = await stage.go()
  expect(booksOf(summary, stage)).toEqual({ spent: 8 * cost, billed: 8 * cost, refreshed: 8 })
  expect(dear.preset().credits?.cost?.most).toBe(10)
})

test('what is masked never takes the place of what is known', () => {
  const person = {
    full_name: 'Ada',
    email: { revealed: true, email: 'a@x' },
    mobile: { revealed: false, mobile: '+1**' },
  }
  expect(prospeo().single?.data?.({ person, company: null })).toEqual({
    full_name: 'Ada',
    email: person.email,
    company: null,
  })
})

test('an account that is restricted stops the run', async () => {
  const stage = await presetStage(contract, 5, { variants: ['account-restricted'] })
  await expect(stage.go()).rejects.toMatchObject({ code: 'CREDENTIALS_REFUSED' })
})

test('the account says when its credits are renewed', () => {
  const { cycle } = prospeo().credits ?? {}
  const body = { response: { next_quota_renewal_date: '2026-12-18 20:52:28+00:00' } }
  expect(cycle?.resetsAt?.(body)).toBe('2026-12-18T20:52:28+00:00')
  expect(prospeo({ credits: { balance: undefined as never, allotment: 5 } }).credits?.cycle).toBeUndefined()
})

import { expect, test } from 'vitest'
import type { Body } from '../../../src/config/options/vendor-types.ts'
import { coresignal } from '../../../src/presets.ts'
import { booksOf } from '../support/stage.ts'
import { type Contract, contractTests, presetStage } from './support/contract.ts'

const contract: Contract = {
  dialect: 'coresignal',
  preset: () => coresignal({ apiKey: 'k' }),
  update: { job_title: 'active_experience_title', company: (data: Body) => data.experience[0].company_name },
  cost: 20,
  keyOf: (id) => `p${id}`,
  balance: 'replies',
}

contractTests(contract)

test('another product has a path and a price of its own', async () => {
  const base = { ...contract, cost: 10, preset: () => coresignal({ apiKey: 'k', product: 'base' }) }
  const stage = await presetStage(base, 8)
  const { summary } = await stage.go()
  expect(booksOf(summary, stage)).toEqual({ spent: 80, billed: 80, refreshed: 8 })
  expect(coresignal({ product: 'clean' }).credits?.cost?.credits).toBe(10)
})

test('an id goes before a profile, and what cannot stand in a path is encoded', () => {
  const pathOf = (record: object) => coresignal().single?.request(record).path
  const place = '/cdapi/v2/employee_multi_source/collect/'
  expect(pathOf({ coresignal_id: 123n, linkedin_url: 'x' })).toBe(`${place}123`)
  expect(pathOf({ linkedin_url: 'https://www.linkedin.com/in/ada-moor/?trk=x' })).toBe(`${place}ada-moor`)
  expect(pathOf({ linkedin_url: 'ada moor' })).toBe(`${place}ada%20moor`)
  expect(() => pathOf({})).toThrow('identify found none of id')
})

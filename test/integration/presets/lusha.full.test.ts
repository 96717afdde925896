import { describe, expect, test } from 'vitest'
import type { Body } from '../../../src/config/options/vendor-types.ts'
import { outcomeOfStatus } from '../../../src/domain/call/outcome.ts'
import { lusha } from '../../../src/presets.ts'
import { type Contract, contractTests, presetStage } from './support/contract.ts'

const contract: Contract = {
  dialect: 'lusha',
  preset: () => lusha({ apiKey: 'k' }),
  update: { job_title: 'jobTitle.title', company: 'company.name' },
  cost: 2,
  keyOf: (id) => `https://www.linkedin.com/in/p${id}`,
  legal: "give-up by the vendor's rules",
  balance: 'endpoint',
}

contractTests(contract)

test('without a profile the address will do', async () => {
  const stage = await presetStage(contract, 10)
  await stage.execute('UPDATE people SET linkedin_url = NULL WHERE id > 5')
  await stage.go()
  const keys = stage.vendor.bill.entries().flatMap(({ records }) => records)
  expect(keys.filter((key) => key.includes('@'))).toHaveLength(5)
  expect(keys.filter((key) => key.startsWith('https://'))).toHaveLength(5)
})

describe('results', () => {
  const read = (results: Body[], records: object[]) => lusha().bulk?.results({ results } as Body, records)
  const records = [{ id: 1 }, { id: 2 }, { id: 3 }]

  test('by reference, in any order; one that is left out was not found', () => {
    const answered = read(
      [
        { clientReferenceId: '2', id: 'c' },
        { clientReferenceId: '0', id: 'a' },
      ],
      records,
    )
    expect(answered).toMatchObject([
      { key: '2', data: { id: 'c' } },
      { key: '0', data: { id: 'a' } },
    ])
    expect(records.map((record, at) => lusha().bulk?.key?.(record, at))).toEqual(['0', '1', '2'])
  })

  test('by place where no reference is echoed', () => {
    expect(read([{ id: 'a' }, { error: { code: 'NOT_FOUND' } }, { id: 'c' }], records)).toMatchObject([
      { data: { id: 'a' } },
      { outcome: 'not-found' },
      { data: { id: 'c' } },
    ])
    expect(() => read([{ id: 'a' }], records)).toThrow('1 results without a reference for 3 records')
  })

  test.each([
    ['COMPLIANCE_RESTRICTED', 'give-up'],
    ['ENRICH_FAILED', 'try-again'],
    ['SOMETHING_NEW', 'give-up'],
  ])('%s: %s', (code, outcome) => {
    expect(read([{ clientReferenceId: '0', error: { code } }], [{}])).toMatchObject([{ outcome }])
  })
})

test('what is revealed decides what is reserved', () => {
  expect(lusha({ reveal: ['emails', 'phones'] }).credits?.cost).toEqual({ per: 'match', credits: 7 })
  expect(lusha().bulk?.request([{ email: 'a@example.com' }]).json).toEqual({
    contacts: [{ clientReferenceId: '0', email: 'a@example.com' }],
    reveal: ['emails'],
  })
})

test.each([
  [499, 'try-again'],
  [451, 'give-up'],
  [404, 'credentials-refused'],
  [500, 'try-again'],
] as const)('status %d: %s', (status, outcome) => {
  const own = lusha().outcome?.({ status, headers: {}, body: null })
  expect(own ?? outcomeOfStatus(status, null)).toBe(outcome)
})

import { describe, expect, test } from 'vitest'
import { ownership } from './belongs-to.ts'

const RECORD = { email: 'a@x' }
const isSame = (record: { readonly email?: unknown }, data: unknown) => record.email === (data as { for: string }).for
const nulled = (): never => {
  throw Object.create(null)
}

describe('whose data it is', () => {
  test('is decided by belongsTo; without it nothing is checked', () => {
    const own = ownership('bulk', { belongsTo: isSame })
    expect(own(RECORD, { for: 'a@x' })).toBeNull()
    expect(own(RECORD, { for: 'b@x' })).toEqual({
      kind: 'unusable',
      reason: "vendor.bulk.belongsTo: the data is another record's",
    })
    expect(ownership('bulk', {})(RECORD, { for: 'b@x' })).toBeNull()
    expect(ownership('single', null)(RECORD, {})).toBeNull()
  })

  test('is not asked where there is no data', () => {
    const own = ownership('single', { belongsTo: nulled })
    expect([own(RECORD, null), own(RECORD, undefined)]).toEqual([null, null])
  })

  test.each([
    [undefined, 'answered undefined; allowed: true or false'],
    [null, 'answered null; allowed: true or false'],
    ['yes', 'answered "yes"; allowed: true or false'],
    [1, 'answered number; allowed: true or false'],
    [Promise.resolve(true), 'answered object; allowed: true or false'],
  ])('is nobody’s where it answers %o', (answer, problem) => {
    expect(ownership('single', { belongsTo: () => answer })(RECORD, {})).toMatchObject({
      reason: `vendor.single.belongsTo ${problem}`,
    })
  })

  test('is nobody’s where it throws, whatever it throws', () => {
    const own = ownership('single', { belongsTo: nulled })
    expect(own(RECORD, {})).toMatchObject({ reason: expect.stringContaining('vendor.single.belongsTo threw: ') })
  })
})

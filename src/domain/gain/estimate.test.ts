import { expect, test } from 'vitest'
import { estimate, type GroupSeen, LEAST_LOOKS } from './estimate.ts'
import { matchRate } from './match-belief.ts'
import { DAYS_A_YEAR, meanRate } from './rate-belief.ts'

function group(name: string, records: number, changed: number, tries = { found: records, missed: 0 }): GroupSeen {
  const still = { records: records - changed, looks: 1, changed: 0, unchangedDays: 200, changedDays: 0 }
  const cells = [still, { records: changed, looks: 1, changed: 1, unchangedDays: 0, changedDays: 200 }]
  return { group: name, cells: cells.filter((cell) => cell.records > 0), tries }
}

test('with too few looks nothing is believed, and the order is another', () => {
  expect(estimate([])).toBeNull()
  expect(estimate([group('a', LEAST_LOOKS - 1, 10)])).toBeNull()
  expect(estimate([group('a', LEAST_LOOKS, 10)])).not.toBeNull()
})

/** As many looks at each of five ages, as records that are alike would show them. */
function steady(name: string, yearly: number): GroupSeen {
  const parts = [20, 60, 150, 300, 700].map((age) => {
    const changed = Math.round(400 * -Math.expm1((-yearly / DAYS_A_YEAR) * age))
    return [
      { records: 400 - changed, looks: 1, changed: 0, unchangedDays: age, changedDays: 0 },
      { records: changed, looks: 1, changed: 1, unchangedDays: 0, changedDays: age },
    ]
  })
  return { group: name, cells: parts.flat(), tries: { found: 2_000, missed: 0 } }
}

test('a group of many looks goes by them, and one of none is as all are', () => {
  const beliefs = estimate([steady('fast', 4), steady('slow', 0.2), group('new', 0, 0)])
  const rate = (name: string) => meanRate(beliefs?.groups.get(name)?.rate ?? { shape: 0, days: 1 }) * DAYS_A_YEAR
  expect(rate('fast')).toBeGreaterThan(3)
  expect(rate('fast')).toBeLessThan(5.4)
  expect(rate('slow')).toBeGreaterThan(0.13)
  expect(rate('slow')).toBeLessThan(0.35)
  expect(beliefs?.groups.get('new')?.rate).toEqual(beliefs?.all.rate)
})

test('match rates are those of the tries, and near all of them where there were few', () => {
  const beliefs = estimate([
    group('found', 900, 300, { found: 900, missed: 100 }),
    group('missed', 300, 100, { found: 300, missed: 700 }),
    group('hardly tried', 0, 0, { found: 0, missed: 1 }),
  ])
  const rate = (name: string) => matchRate(beliefs?.groups.get(name)?.matches ?? { found: 0, missed: 1 })
  expect(rate('found')).toBeCloseTo(0.9, 1)
  expect(rate('missed')).toBeCloseTo(0.3, 1)
  expect(rate('hardly tried')).toBeCloseTo(0.57, 1)
})

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { recordsToSelect } from './selection-size.ts'

test('the first selection is what the credits pay for', () => {
  expect(recordsToSelect({ selected: 0, paid: 0, affordable: 40 })).toBe(40)
  expect(recordsToSelect({ selected: 0, paid: 0, affordable: 0 })).toBe(1)
  expect(recordsToSelect({ selected: 0, paid: 0, affordable: null })).toBe(100)
})

test('later ones go by the share that was charged, and take a hundred at least', () => {
  expect(recordsToSelect({ selected: 1_000, paid: 500, affordable: 500 })).toBe(1_000)
  expect(recordsToSelect({ selected: 1_000, paid: 1_000, affordable: 500 })).toBe(500)
  expect(recordsToSelect({ selected: 40, paid: 30, affordable: 10 })).toBe(100)
  expect(recordsToSelect({ selected: 40, paid: 30, affordable: null })).toBe(100)
})

test('where nothing matches, twenty records a credit', () => {
  expect(recordsToSelect({ selected: 1_000, paid: 0, affordable: 1_000 })).toBe(20_000)
})

test('whatever order the answers come in, it takes no more than were missed and a hundred', () => {
  const answers = fc.record({
    budget: fc.integer({ min: 1, max: 500 }),
    missed: fc.double({ min: 0, max: 0.5, noNaN: true }),
  })
  fc.assert(
    fc.property(answers, ({ budget, missed }) => {
      const misses = Math.floor(budget * missed)
      const more = recordsToSelect({ selected: budget, paid: budget - misses, affordable: misses })
      expect(more).toBeLessThanOrEqual(Math.max(100, 2 * misses))
    }),
  )
})

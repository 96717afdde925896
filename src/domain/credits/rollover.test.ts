import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Credits, plus } from './credits.ts'
import { atReset } from './rollover.ts'

test.each([
  [1_000_000, 0, 0, 1_000_000],
  [1_000_000, 1, 1_000_000, 0],
  [1_000_001, 0.5, 500_000, 500_001],
  [-5, 0.5, 0, 0],
])('of %i unused, a share of %d carries over %i and %i expire', (unused, share, carried, expired) => {
  expect(atReset(unused as Credits, share)).toEqual({ carried, expired })
})

test('no credit is made or lost', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2 ** 52 }), fc.double({ min: 0, max: 1, noNaN: true }), (unused, share) => {
      const { carried, expired } = atReset(unused as Credits, share)
      expect(plus(carried, expired)).toBe(unused)
      expect(carried).toBeGreaterThanOrEqual(0)
      expect(expired).toBeGreaterThanOrEqual(0)
    }),
  )
})

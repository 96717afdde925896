import fc from 'fast-check'
import { expect, test } from 'vitest'
import { cutoffOf, youngestOf } from './cutoff.ts'
import { gainOf } from './gain.ts'
import { NO_LOOKS } from './looks.ts'
import { DAYS_A_YEAR } from './rate-belief.ts'

const SEEN = { ...NO_LOOKS, found: 0, missed: 0 }
const groups = fc
  .record({
    shape: fc.double({ min: 0.5, max: 30, noNaN: true }),
    yearly: fc.double({ min: 0.02, max: 12, noNaN: true }),
    found: fc.double({ min: 0.05, max: 1, noNaN: true }),
  })
  .map(({ shape, yearly, found }) => {
    const rate = { shape, days: (shape * DAYS_A_YEAR) / yearly }
    return { rate, noise: 0, matches: { found, missed: 1 - found } }
  })
const ages = fc.double({ min: 1, max: 3_000, noNaN: true })
const costs = fc.constantFrom('match' as const, 'record' as const, 'change' as const)

test('a record that is older than the cut gains enough, and one that is younger does not', () => {
  fc.assert(
    fc.property(groups, ages, costs, fc.double({ min: 0.1, max: 50, noNaN: true }), (group, age, per, weight) => {
      const gains = (ageDays: number | null) => gainOf(group, { ageDays, weight, seen: SEEN, costs: per, draw: null })
      const cut = cutoffOf(group, weight, per, gains(age))
      expect(cut.never).toBe(true)
      expect(cut.ageDays).not.toBeNull()
      expect(gains((cut.ageDays ?? 0) + 0.02)).toBeGreaterThanOrEqual(gains(age) * (1 - 1e-9))
      expect(gains(Math.max(0, (cut.ageDays ?? 0) - 0.02))).toBeLessThanOrEqual(gains(age) * (1 + 1e-9))
    }),
  )
})

test('more than a group ever gains cuts all of it off', () => {
  fc.assert(
    fc.property(groups, costs, (group, per) => {
      const never = gainOf(group, { ageDays: null, weight: 1, seen: SEEN, costs: per, draw: null })
      expect(cutoffOf(group, 1, per, never * 1.01)).toEqual({ ageDays: null, never: false })
    }),
  )
})

test('whatever is believed of a record, it gains less while it is younger than that', () => {
  fc.assert(
    fc.property(groups, ages, costs, (group, age, per) => {
      const gain = gainOf(group, { ageDays: age, weight: 3, seen: SEEN, costs: per, draw: null })
      expect(youngestOf(3, gain)).toBeLessThanOrEqual(age * (1 + 1e-9))
    }),
  )
})

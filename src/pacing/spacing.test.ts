import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { busiest } from '../../test/support/pacing/busiest-under-test.ts'
import { callsPerJob, spacingMs } from './spacing.ts'

/** Arrivals of calls that leave evenly, each late by up to 1 % of the window. */
function arrivals(spacing: number, count: number, jitterMs: number, jitter: readonly number[]): number[] {
  const late = (i: number) => (jitter[i % jitter.length] ?? 0) * jitterMs
  return Array.from({ length: count }, (_, i) => i * spacing + late(i)).sort((a, b) => a - b)
}

const jitters = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 7, maxLength: 97 })

describe('calls that leave evenly', () => {
  test('keep every window of a second and of a minute, though each may be late by a hundredth of it', () => {
    const limits = fc.record({
      perSecond: fc.integer({ min: 1, max: 50 }),
      perMinute: fc.integer({ min: 1, max: 1_500 }),
    })
    const property = fc.property(limits, jitters, ({ perSecond, perMinute }, jitter) => {
      const spacing = spacingMs({ perSecond, perMinute })
      const times = arrivals(spacing, 2 * perMinute + 50, 10, jitter)
      expect(busiest(times, 1_000)).toBeLessThanOrEqual(perSecond)
      expect(busiest(times, 60_000)).toBeLessThanOrEqual(perMinute)
    })
    fc.assert(property, { numRuns: 200 })
  })

  test('use at least 97 % of the tightest limit', () => {
    const limit = fc.option(fc.integer({ min: 1, max: 10_000 }), { nil: undefined })
    const property = fc.property(limit, limit, (perSecond, perMinute) => {
      const tightest = Math.min(perSecond ?? Number.POSITIVE_INFINITY, (perMinute ?? Number.POSITIVE_INFINITY) / 60)
      const spacing = spacingMs({ ...(perSecond && { perSecond }), ...(perMinute && { perMinute }) })
      if (tightest === Number.POSITIVE_INFINITY) expect(spacing).toBe(0)
      else expect(1_000 / spacing / tightest).toBeGreaterThanOrEqual(0.97)
    })
    fc.assert(property)
  })
})

test('a job carries so many calls that jobs start no more often than every 10 ms', () => {
  expect([0, 1_000, 10, 9, 1, 0.1].map(callsPerJob)).toEqual([Number.POSITIVE_INFINITY, 1, 1, 2, 10, 100])
})

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { needOf, type Stretches } from './need.ts'
import { normalQuantile, studentQuantile } from './quantiles.ts'

const days = fc.array(
  fc.record({ used: fc.integer({ min: 0, max: 1_000_000 }), weight: fc.double({ min: 0.01, max: 1, noNaN: true }) }),
  { minLength: 1, maxLength: 60 },
)
const stretches: fc.Arbitrary<Stretches[]> = fc.array(
  fc.record({ count: fc.integer({ min: 0, max: 31 }), samples: days }),
  { minLength: 1, maxLength: 4 },
)
const confidence = fc.double({ min: 0.5, max: 0.999, noNaN: true })

function even(used: readonly number[], count: number): Stretches[] {
  return [{ count, samples: used.map((each) => ({ used: each, weight: 1 })) }]
}

describe('the need', () => {
  test('is never below what is to be expected, nor less for more confidence', () => {
    fc.assert(
      fc.property(stretches, confidence, confidence, (all, a, b) => {
        const mean = all.reduce((sum, { count, samples }) => {
          const weights = samples.reduce((total, { weight }) => total + weight, 0)
          return sum + (count * samples.reduce((total, { used, weight }) => total + used * weight, 0)) / weights
        }, 0)
        const [less, more] = [needOf(all, Math.min(a, b)), needOf(all, Math.max(a, b))]
        expect(less).toBeGreaterThanOrEqual(mean * (1 - 1e-9) - 1e-6)
        expect(more).toBeGreaterThanOrEqual(less * (1 - 1e-9))
      }),
    )
  })

  test('shrinks with every day that has gone, and is nothing at the reset', () => {
    fc.assert(
      fc.property(days, confidence, fc.integer({ min: 1, max: 31 }), (samples, sure, count) => {
        const [before, after] = [needOf([{ count, samples }], sure), needOf([{ count: count - 1, samples }], sure)]
        expect(after).toBeLessThanOrEqual(before * (1 + 1e-9))
        if (count === 1) expect(after).toBe(0)
      }),
    )
  })

  test('goes with the unit in which credits are counted', () => {
    fc.assert(
      fc.property(stretches, confidence, fc.integer({ min: 2, max: 1_000 }), (all, sure, times) => {
        const larger = all.map(({ count, samples }) => ({
          count,
          samples: samples.map(({ used, weight }) => ({ used: used * times, weight })),
        }))
        const [one, other] = [needOf(all, sure) * times, needOf(larger, sure)]
        expect(Math.abs(one - other)).toBeLessThanOrEqual(1e-6 * (1 + other))
      }),
    )
  })

  test('of nothing known is nothing', () => {
    expect(needOf([], 0.95)).toBe(0)
    expect(needOf([{ count: 5, samples: [] }], 0.95)).toBe(0)
    expect(needOf(even([0, 0, 0], 9), 0.99)).toBe(0)
  })

  test('few days known: cautious; many: near what they were', () => {
    const [one, week, month] = [1, 7, 30].map((known) => needOf(even(new Array(known).fill(100), 1), 0.95))
    expect(one).toBeGreaterThan(300)
    expect(week).toBeLessThan(200)
    expect(month).toBeLessThan(150)
  })

  test('days that differ more need more', () => {
    const alike = needOf(even([90, 110, 100, 95, 105, 100, 100], 5), 0.95)
    const unlike = needOf(even([0, 300, 0, 100, 200, 0, 100], 5), 0.95)
    expect(alike).toBeGreaterThan(500)
    expect(unlike).toBeGreaterThan(alike * 1.4)
  })
})

test('quantiles as the tables have them', () => {
  expect(normalQuantile(0.5)).toBeCloseTo(0, 9)
  expect(normalQuantile(0.95)).toBeCloseTo(1.644854, 5)
  expect(normalQuantile(0.999)).toBeCloseTo(3.090232, 5)
  expect(normalQuantile(0.01)).toBeCloseTo(-2.326348, 5)
  expect(studentQuantile(0.95, 5)).toBeCloseTo(2.015, 2)
  expect(studentQuantile(0.95, 30)).toBeCloseTo(1.697, 3)
  expect(studentQuantile(0.99, 2) / 6.965).toBeGreaterThan(6 / 7)
})

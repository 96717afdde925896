import fc from 'fast-check'
import { expect, test } from 'vitest'
import { drawnRate, expectedCost, gainOf } from './gain.ts'
import { gainedDays, likelyWrong } from './index-of.ts'
import { NO_LOOKS } from './looks.ts'
import { DAYS_A_YEAR } from './rate-belief.ts'

const rates = fc.double({ min: 0.01, max: 20, noNaN: true }).map((yearly) => yearly / DAYS_A_YEAR)
const ages = fc.double({ min: 0, max: 5_000, noNaN: true })
const UNSEEN = { ...NO_LOOKS, found: 0, missed: 0 }

/** ∫ from 0 to a of r t e^(−rt) dt, by Simpson's rule: what U(a) is the closed form of. */
function integral(rate: number, age: number): number {
  const steps = 2_000
  const at = (step: number) => {
    const t = (age * step) / steps
    return rate * t * Math.exp(-rate * t)
  }
  let sum = at(0) + at(steps)
  for (let step = 1; step < steps; step += 1) sum += at(step) * (step % 2 === 1 ? 4 : 2)
  return (sum * age) / steps / 3
}

test('U(a) is the integral of r t e^(−rt)', () => {
  fc.assert(
    fc.property(rates, ages, (rate, age) => {
      const exact = integral(rate, age)
      expect(Math.abs(gainedDays(rate, age) - exact)).toBeLessThan(1e-6 + exact * 1e-4)
    }),
    { numRuns: 60 },
  )
})

test('a record just refreshed is last, gain grows with age, and never refreshed gains most', () => {
  fc.assert(
    fc.property(rates, ages, fc.double({ min: 0.5, max: 500, noNaN: true }), (rate, age, more) => {
      expect(gainedDays(rate, 0)).toBe(0)
      expect(gainedDays(rate, age + more)).toBeGreaterThanOrEqual(gainedDays(rate, age) * (1 - 1e-9))
      expect(gainedDays(rate, null)).toBeGreaterThanOrEqual(gainedDays(rate, age) * (1 - 1e-9))
      expect(gainedDays(rate, -more)).toBe(0)
    }),
  )
})

test('the order is the same in days and in seconds', () => {
  fc.assert(
    fc.property(rates, ages, rates, ages, (r1, a1, r2, a2) => {
      const inDays = gainedDays(r1, a1) - gainedDays(r2, a2)
      const inSeconds = gainedDays(r1 / 86_400, a1 * 86_400) - gainedDays(r2 / 86_400, a2 * 86_400)
      if (Math.abs(inDays) > 1e-6 * gainedDays(r1, a1)) expect(Math.sign(inSeconds)).toBe(Math.sign(inDays))
    }),
  )
})

test('what changes all the time is worth less than what changes now and then', () => {
  const [seldom, always] = [0.5 / DAYS_A_YEAR, 12 / DAYS_A_YEAR]
  expect(likelyWrong(always, 400)).toBeGreaterThan(likelyWrong(seldom, 400))
  expect(gainedDays(always, 400)).toBeLessThan(gainedDays(seldom, 400))
})

test('weight and matches count, and what a try costs', () => {
  const group = { rate: { shape: 1, days: 700 }, noise: 0, matches: { found: 1, missed: 1 } }
  const plain = { ageDays: 300, weight: 1, seen: UNSEEN, costs: 'record', draw: null } as const
  const gain = gainOf(group, plain)
  expect(gain).toBeCloseTo(gainedDays(1 / 700, 300) / 2)
  expect(gainOf(group, { ...plain, weight: 5 })).toBeCloseTo(5 * gain)
  expect(gainOf(group, { ...plain, seen: { ...UNSEEN, missed: 2 } })).toBeCloseTo(gain / 2)
  // A miss that is free costs nothing but time.
  expect(gainOf(group, { ...plain, costs: 'match' })).toBeCloseTo(2 * gain)
  expect(gainOf(group, { ...plain, weight: 0 })).toBe(0)
  expect(expectedCost('change', 0.5, 0.4)).toBeCloseTo(0.2)
  expect(expectedCost('change', 0.5, 0)).toBeGreaterThan(0)
})

test('a rate drawn is near the belief: half of the draws below its median, and about its mean on average', () => {
  for (const shape of [0.5, 1, 4, 20]) {
    const belief = { shape, days: 365 * shape }
    const draws = Array.from({ length: 999 }, (_, at) => drawnRate(belief, (at + 0.5) / 999))
    expect(draws).toEqual(draws.toSorted((a, b) => a - b))
    const mean = draws.reduce((sum, each) => sum + each, 0) / draws.length
    expect(mean * 365).toBeGreaterThan(0.85)
    expect(mean * 365).toBeLessThan(1.3)
  }
})

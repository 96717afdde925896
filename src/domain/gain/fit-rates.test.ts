import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fitAll, fitRates as fitWith } from './fit-rates.ts'
import type { LookCell } from './looks.ts'
import { DAYS_A_YEAR, FIRST_BELIEF, meanRate, probabilities, RATES, type RateBelief } from './rate-belief.ts'

const fitRates = (cells: readonly LookCell[], rate: RateBelief) => fitWith(cells, { rate, noise: 0 })

/** Looks at records that truly change as a Poisson process: one a record, at this age or that. */
function world(random: () => number, records: number, rateOf: () => number): LookCell[] {
  return Array.from({ length: records }, () => {
    const age = 20 + random() * 700
    const changed = random() < -Math.expm1(-rateOf() * age) ? 1 : 0
    return { records: 1, looks: 1, changed, unchangedDays: changed === 1 ? 0 : age, changedDays: changed * age }
  })
}

/** Numbers from 0 up to 1, the same for the same seed. */
function randomFrom(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

/** People whose rates are spread about the mean as 1 / √2 is: a Gamma distribution of shape 2. */
function spreadRate(random: () => number, mean: number): number {
  return (-mean * (Math.log(1 - random()) + Math.log(1 - random()))) / 2
}

test.each([0.06, 0.35, 1, 3])('%s changes a year are found from looks that say only whether, not when', (yearly) => {
  const rate = yearly / DAYS_A_YEAR
  const errors = [100, 10_000].map((records) => {
    const found = [1, 2, 3].map((seed) => {
      const random = randomFrom(seed)
      return meanRate(
        fitRates(
          world(random, records, () => spreadRate(random, rate)),
          FIRST_BELIEF,
        ),
      )
    })
    return found.reduce((sum, each) => sum + Math.abs(each / rate - 1), 0) / found.length
  })
  expect(errors[1]).toBeLessThan(errors[0] as number)
  expect(errors[1]).toBeLessThan(0.12)
})

test('how unlike people are is found from their second and third looks', () => {
  const random = randomFrom(5)
  const cells = (unlike: boolean) =>
    Array.from({ length: 2_000 }, (_, at): LookCell => {
      const rate = (unlike ? (at % 2 === 0 ? 0.1 : 2) : 1.05) / DAYS_A_YEAR
      const looks = [0, 1, 2].map(() => random() < -Math.expm1(-rate * 200))
      const changed = looks.filter(Boolean).length
      return { records: 1, looks: 3, changed, unchangedDays: (3 - changed) * 200, changedDays: changed * 200 }
    })
  const [alike, unlike] = [fitRates(cells(false), FIRST_BELIEF), fitRates(cells(true), FIRST_BELIEF)]
  expect(unlike.shape).toBeLessThan(1.5)
  expect(alike.shape).toBeGreaterThan(4)
})

test('nothing seen is the prior, and looks move it the less the fewer they are', () => {
  expect(fitRates([], FIRST_BELIEF)).toEqual(FIRST_BELIEF)
  const still = (records: number): LookCell[] => [{ records, looks: 1, changed: 0, unchangedDays: 365, changedDays: 0 }]
  const rates = [0, 1, 10, 100, 1_000].map((records) => meanRate(fitRates(still(records), FIRST_BELIEF)))
  expect(rates).toEqual(rates.toSorted((a, b) => b - a))
})

test('whatever is seen, rates and shapes are numbers that can be reckoned with', () => {
  const cell = fc
    .record({
      records: fc.integer({ min: 1, max: 1_000_000 }),
      looks: fc.integer({ min: 1, max: 50 }),
      share: fc.double({ min: 0, max: 1, noNaN: true }),
      age: fc.double({ min: 1e-6, max: 30_000, noNaN: true }),
    })
    .map(({ records, looks, share, age }): LookCell => {
      const changed = Math.round(looks * share)
      return { records, looks, changed, unchangedDays: (looks - changed) * age, changedDays: changed * age }
    })
  fc.assert(
    fc.property(fc.array(cell, { maxLength: 6 }), (cells) => {
      const { shape, days } = fitRates(cells, FIRST_BELIEF)
      expect(shape).toBeGreaterThan(0)
      expect(shape).toBeLessThanOrEqual(30)
      expect(days).toBeGreaterThan(0)
      expect(days).toBeLessThan(Number.POSITIVE_INFINITY)
    }),
    { numRuns: 50 },
  )
})

test('the rates at which beliefs are evaluated are enough to tell their mean', () => {
  for (const shape of [0.5, 1, 4, 30])
    for (const yearly of [0.05, 0.5, 5]) {
      const chances = probabilities({ shape, days: (DAYS_A_YEAR / yearly) * shape })
      const mean = RATES.reduce((sum, rate, at) => sum + rate * (chances[at] as number), 0)
      expect(Math.abs((mean * DAYS_A_YEAR) / yearly - 1)).toBeLessThan(0.07)
    }
})

/** Looks at records of one rate, a hundred at each of twenty ages, of which a part shows a change whatever happened. */
function noisy(seed: number, yearly: number, noise: number): LookCell[] {
  const random = randomFrom(seed)
  return Array.from({ length: 20 }, (_, at) => {
    const age = 5 + 35 * at
    const shows = () => random() < noise || random() < -Math.expm1((-yearly / DAYS_A_YEAR) * age)
    const changed = Array.from({ length: 100 }, shows).filter(Boolean).length
    return [
      { records: 100 - changed, looks: 1, changed: 0, unchangedDays: age, changedDays: 0 },
      { records: changed, looks: 1, changed: 1, unchangedDays: 0, changedDays: age },
    ]
  }).flat()
}

test('a column that changes by itself is told from records that do, by what young records show', () => {
  const seen = (noise: number) => fitAll([noisy(1, 0.1, noise), noisy(2, 2, noise)], FIRST_BELIEF)
  expect(seen(0).noise).toBe(0)
  expect(seen(0.5).noise).toBeGreaterThan(0.3)
  expect(seen(0.5).noise).toBeLessThan(0.7)
  expect(seen(1).noise).toBe(1)
  expect(meanRate(seen(1).rate) / meanRate(FIRST_BELIEF)).toBeCloseTo(1, 1)
})

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Looks, NO_LOOKS } from './looks.ts'
import { ownRate as narrowed } from './own-rate.ts'
import { DAYS_A_YEAR, meanRate, RATES, type RateBelief, scaled } from './rate-belief.ts'

const ownRate = (rate: RateBelief, seen: Looks, noise = 0) => narrowed({ rate, noise }, seen)

const beliefs = fc.record({
  shape: fc.double({ min: 0.3, max: 30, noNaN: true }),
  days: fc.double({ min: 10, max: 20_000, noNaN: true }),
})
const looks = fc
  .record({
    looks: fc.integer({ min: 0, max: 12 }),
    share: fc.double({ min: 0, max: 1, noNaN: true }),
    unchangedAge: fc.double({ min: 1, max: 900, noNaN: true }),
    changedAge: fc.double({ min: 1, max: 900, noNaN: true }),
  })
  .map(({ looks: count, share, unchangedAge, changedAge }) => {
    const changed = Math.round(count * share)
    return { looks: count, changed, unchangedDays: (count - changed) * unchangedAge, changedDays: changed * changedAge }
  })

/** How wide a belief is beside its mean. */
const width = ({ shape }: { shape: number }) => 1 / Math.sqrt(shape)

test('without looks of its own a record is as its group', () => {
  fc.assert(
    fc.property(beliefs, (belief) => {
      expect(ownRate(belief, NO_LOOKS)).toEqual(belief)
    }),
  )
})

test('a look that found no change slows a record down, one that found a change speeds it up or is no surprise', () => {
  fc.assert(
    fc.property(beliefs, looks, fc.double({ min: 1, max: 900, noNaN: true }), (belief, seen, age) => {
      const before = meanRate(ownRate(belief, seen))
      const still = { ...seen, looks: seen.looks + 1, unchangedDays: seen.unchangedDays + age }
      expect(meanRate(ownRate(belief, still))).toBeLessThan(before)
      const alone = { looks: 1, changed: 1, unchangedDays: 0, changedDays: age }
      expect(meanRate(ownRate(belief, alone))).toBeGreaterThan(meanRate(belief) * (1 - 1e-9))
    }),
  )
})

test('more looks narrow, and never widen', () => {
  fc.assert(
    fc.property(beliefs, looks, fc.integer({ min: 2, max: 5 }), (belief, seen, times) => {
      const more = {
        looks: seen.looks * times,
        changed: seen.changed * times,
        unchangedDays: seen.unchangedDays * times,
        changedDays: seen.changedDays * times,
      }
      const [none, once, often] = [belief, ownRate(belief, seen), ownRate(belief, more)]
      expect(width(once)).toBeLessThanOrEqual(width(none))
      expect(width(often)).toBeLessThanOrEqual(width(once) + 1e-12)
      expect(often.days).toBeGreaterThanOrEqual(once.days)
    }),
  )
})

test('days or seconds: the unit does not matter', () => {
  fc.assert(
    fc.property(beliefs, looks, fc.constantFrom(24, 86_400, 1 / 365.25), (belief, seen, unit) => {
      const other = ownRate(
        { ...belief, days: belief.days * unit },
        { ...seen, unchangedDays: seen.unchangedDays * unit, changedDays: seen.changedDays * unit },
      )
      expect(meanRate(other) * unit).toBeCloseTo(meanRate(ownRate(belief, seen)), 9)
    }),
  )
})

test('it is near what an exact evaluation of the posterior says', () => {
  const belief = { shape: 1, days: DAYS_A_YEAR / 0.5 }
  for (const changed of [0, 1, 2, 4])
    for (const unchanged of [0, 1, 3])
      for (const age of [30, 120, 365]) {
        const seen = {
          looks: changed + unchanged,
          changed,
          unchangedDays: unchanged * age,
          changedDays: changed * age,
        }
        const posterior = scaled(
          RATES.map(
            (rate) =>
              belief.shape * Math.log(rate) -
              (belief.days + seen.unchangedDays) * rate +
              (changed === 0 ? 0 : changed * Math.log(-Math.expm1(-rate * age))),
          ),
        )
        const all = posterior.reduce((sum, each) => sum + each, 0)
        const exact = RATES.reduce((sum, rate, at) => sum + rate * (posterior[at] as number), 0) / all
        const ours = meanRate(ownRate(belief, seen))
        // The order changes little with a rate that is a quarter off.
        expect(ours / exact).toBeGreaterThan(0.7)
        expect(ours / exact).toBeLessThan(1.35)
      }
})

test('the more of the changes are noise, the less a change says, and none at all where every look shows one', () => {
  fc.assert(
    fc.property(beliefs, fc.double({ min: 1, max: 900, noNaN: true }), (belief, age) => {
      const changed = { looks: 1, changed: 1, unchangedDays: 0, changedDays: age }
      const rates = [0, 0.2, 0.5, 1].map((noise) => meanRate(ownRate(belief, changed, noise)))
      for (const [at, rate] of rates.entries())
        if (at > 0) expect(rate).toBeLessThanOrEqual((rates[at - 1] as number) + 1e-12)
      expect(rates[3]).toBeCloseTo(meanRate(belief), 9)
    }),
  )
})

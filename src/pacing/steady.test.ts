import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { steady } from './steady.ts'

const HOUR_MS = 3_600_000
/** Twelve hours, 10,000 calls, nothing uncertain. */
const SPREAD = { calls: 10_000, mostCalls: 10_000, leftMs: 12 * HOUR_MS, wholeMs: 12 * HOUR_MS }
const WELL = { borne: 10, lost: 0 }

describe('the gentlest rate that is in time', () => {
  test('is a little more than the time asks for', () => {
    const { perSecond, why } = steady(SPREAD, WELL, false)
    const flat = 10_000 / (12 * 3_600)
    expect(why).toBe('enough')
    expect(perSecond).toBeGreaterThan(1.15 * flat)
    expect(perSecond).toBeLessThan(1.4 * flat)
  })

  test('is faster the less is certain: of what is charged, and of the vendor', () => {
    const sure = steady(SPREAD, WELL, false).perSecond as number
    expect(steady({ ...SPREAD, mostCalls: 14_000 }, WELL, false).perSecond).toBeGreaterThan(1.2 * sure)
    expect(steady(SPREAD, { ...WELL, lost: 0.2 }, false).perSecond).toBeGreaterThan(1.2 * sure)
  })

  test('keeps the last hour, or the last quarter, back for an outage', () => {
    expect(steady({ ...SPREAD, leftMs: HOUR_MS }, WELL, false).why).toBe('late')
    expect(steady({ ...SPREAD, wholeMs: HOUR_MS, leftMs: HOUR_MS / 5 }, WELL, false).why).toBe('late')
  })

  test('there is none when it is late, or when nothing is known of the vendor', () => {
    expect(steady(SPREAD, { ...WELL, borne: 0.35 }, false)).toEqual({ perSecond: null, why: 'late' })
    expect(steady(SPREAD, { ...WELL, borne: null }, false)).toEqual({ perSecond: null, why: 'unknown' })
  })

  test('what was late stays late until there is enough time again', () => {
    const shown = { ...WELL, borne: 0.5 }
    expect(steady(SPREAD, shown, false).why).toBe('enough')
    expect(steady(SPREAD, shown, true).why).toBe('late')
    expect(steady(SPREAD, { ...WELL, borne: 1 }, true).why).toBe('enough')
  })

  test('whatever it is fed, it is late or a rate that the vendor is known to bear and that is in time', () => {
    const amount = fc.double({ min: 0, max: 1e9, noNaN: true })
    const work = fc.record({
      calls: fc.nat(),
      mostCalls: fc.nat(),
      leftMs: amount.map((ms) => ms + 1),
      wholeMs: amount,
    })
    const shown = fc.record({ borne: amount, lost: fc.double({ min: 0, max: 1, noNaN: true }) })
    const property = fc.property(work, shown, (spread, vendor) => {
      const { perSecond } = steady(spread, vendor, false)
      if (perSecond === null) return
      expect(perSecond).toBeLessThanOrEqual(vendor.borne)
      expect(perSecond * spread.leftMs).toBeGreaterThanOrEqual(spread.calls * 1_000 * (1 - 1e-9))
    })
    fc.assert(property, { numRuns: 500 })
  })
})

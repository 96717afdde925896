import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { pauseAfter } from './pause.ts'

const sample = (kind: 'ok' | 'throttled' | 'failed', retryAfterMs: number | null = null) => ({
  kind,
  sentAt: 0,
  at: 0,
  latencyMs: 1,
  retryAfterMs,
})
const seen = (throttles: number, failures: number, random = 1) => ({ throttles, failures, random: () => random })

describe('everyone waits', () => {
  test('as the vendor says, but no longer than a quarter of an hour', () => {
    expect(pauseAfter(sample('throttled', 7_000), seen(1, 0))).toBe(7_000)
    expect(pauseAfter(sample('failed', 7_000), seen(0, 1))).toBe(7_000)
    expect(pauseAfter(sample('throttled', 86_400_000), seen(1, 0))).toBe(15 * 60_000)
    expect(pauseAfter(sample('throttled', 0), seen(9, 0))).toBe(0)
  })

  test('twice as long at each throttle in a row, up to a minute', () => {
    const waits = [1, 2, 3, 4, 5, 6, 7, 8, 1_000].map((times) => pauseAfter(sample('throttled'), seen(times, 0)))
    expect(waits).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000, 60_000])
  })

  test('only from the fifth failure in a row', () => {
    const waits = [1, 4, 5, 6].map((times) => pauseAfter(sample('failed'), seen(0, times)))
    expect(waits).toEqual([0, 0, 1_000, 2_000])
  })

  test('not at all after a success', () => expect(pauseAfter(sample('ok', 5_000), seen(3, 3))).toBe(0))

  test('for a time that is spread, never less than a tenth of it', () => {
    const share = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })
    const property = fc.property(fc.integer({ min: 1, max: 50 }), share, (times, random) => {
      const most = pauseAfter(sample('throttled'), seen(times, 0, 1))
      const wait = pauseAfter(sample('throttled'), seen(times, 0, random))
      expect(wait).toBeCloseTo(most * (0.1 + 0.9 * random), 6)
    })
    fc.assert(property)
  })
})

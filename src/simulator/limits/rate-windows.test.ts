import { describe, expect, test } from 'vitest'
import { SlidingPeak } from '../stats.ts'
import { RateLimits, rateLimitHeaders, SlidingLimit } from './rate-windows.ts'

function limits(perSecond: number | null, perMinute: number | null): RateLimits {
  const made = new RateLimits()
  made.configure(perSecond, perMinute)
  return made
}

describe('rate limits', () => {
  test('no sliding second ever has more than the limit', () => {
    const second = limits(3, null)
    const admitted: number[] = []
    for (let at = 0; at < 5_000; at += 7) if (second.admit(at) === 0) admitted.push(at)
    for (const from of admitted) {
      expect(admitted.filter((at) => at >= from && at < from + 1_000).length).toBeLessThanOrEqual(3)
    }
    expect(admitted.length).toBeGreaterThanOrEqual(14)
  })

  test('a refusal says exactly when the next one fits', () => {
    const second = limits(2, null)
    expect([second.admit(0), second.admit(400), second.admit(500)]).toEqual([0, 0, 500])
    expect([second.admit(999), second.admit(1_000), second.admit(1_000)]).toEqual([1, 0, 400])
  })

  test('refused requests do not count', () => {
    const second = limits(1, null)
    second.admit(0)
    for (let at = 1; at < 1_000; at++) expect(second.admit(at)).toBeGreaterThan(0)
    expect(second.admit(1_000)).toBe(0)
  })

  test('a request may take several places, and one that takes more than there are waits for an empty window', () => {
    const second = limits(3, null)
    expect([second.admit(0, 2), second.admit(100, 2), second.admit(100), second.admit(999, 2)]).toEqual([0, 900, 0, 1])
    expect(second.admit(1_000, 2)).toBe(0)
    expect([second.admit(1_099, 5), second.admit(1_999, 5), second.admit(2_000, 5)]).toEqual([901, 1, 0])
  })

  test('the slower of two limits decides, and one that refuses leaves the other unspent', () => {
    const both = limits(2, 3)
    expect([both.admit(0), both.admit(0), both.admit(0)]).toEqual([0, 0, 1_000])
    expect([both.admit(1_000), both.admit(1_001)]).toEqual([0, 58_999])
    expect([both.admit(60_000), both.admit(60_000), both.admit(60_000)]).toEqual([0, 0, 1_000])
  })

  test('without limits everything is admitted', () => {
    expect(limits(null, null).admit(0)).toBe(0)
  })

  test('a changed limit remembers what was admitted under the old one', () => {
    const second = limits(2, null)
    second.admit(0)
    second.admit(100)
    second.configure(3, null)
    expect([second.admit(200), second.admit(200)]).toEqual([0, 800])
    second.configure(1, null)
    expect([second.admit(1_199), second.admit(1_200)]).toEqual([1, 0])
    second.configure(null, null)
    expect(second.admit(1_200)).toBe(0)
  })
})

describe('rate headers', () => {
  const second = new SlidingLimit(10, 1_000)
  const minute = new SlidingLimit(12, 60_000)
  for (const at of [0, 100, 200]) for (const limit of [second, minute]) limit.admit(at)

  test('the tightest limit is told as x-ratelimit', () => {
    expect(rateLimitHeaders('x-ratelimit', [second, minute], 300)).toEqual([
      'x-ratelimit-limit',
      '10',
      'x-ratelimit-remaining',
      '7',
      'x-ratelimit-reset',
      '1',
    ])
    expect(rateLimitHeaders('x-ratelimit', [second, minute], 1_250)).toEqual([
      'x-ratelimit-limit',
      '12',
      'x-ratelimit-remaining',
      '9',
      'x-ratelimit-reset',
      '59',
    ])
  })

  test('every limit is told in the form of the IETF draft', () => {
    expect(rateLimitHeaders('ietf', [second, minute], 300)).toEqual([
      'ratelimit-policy',
      '"second";q=10;w=1, "minute";q=12;w=60',
      'ratelimit',
      '"second";r=7;t=1, "minute";r=9;t=60',
    ])
  })

  test('without a limit there is nothing to tell', () => {
    expect(rateLimitHeaders('ietf', [], 0)).toEqual([])
    expect(new SlidingLimit(5, 1_000).room(0)).toEqual({ remaining: 5, freesInMs: 0 })
  })
})

describe('the peak', () => {
  test('is the most seen in any sliding window', () => {
    const peak = new SlidingPeak(1_000)
    for (const at of [0, 900, 950, 1_000, 1_100, 1_899, 3_000]) peak.add(at)
    expect(peak.peak).toBe(5)
  })

  test('holds for more events than fit at first', () => {
    const peak = new SlidingPeak(1_000)
    for (let i = 0; i < 700; i++) peak.add(0)
    for (let i = 0; i < 5_000; i++) peak.add(1_500)
    expect(peak.peak).toBe(5_000)
    peak.add(2_500)
    expect(peak.peak).toBe(5_000)
  })
})

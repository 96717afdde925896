import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { inTier } from '../../../test/support/tier.ts'
import { parseRetryAfter } from './retry-after.ts'

const NOW = Date.parse('2026-06-01T00:00:00Z')

describe('Retry-After', () => {
  test.each([
    ['120', 120_000],
    ['0', 0],
    [' 1.5 ', 1_500],
    ['Mon, 01 Jun 2026 00:01:00 GMT', 60_000],
    ['Sun, 31 May 2026 23:59:00 GMT', 0],
    ['Monday, 01-Jun-26 00:00:30 GMT', 30_000],
  ])('%j is a wait', (header, ms) => expect(parseRetryAfter(header, NOW)).toBe(ms))

  test.each([[undefined], [''], [' '], ['soon'], ['-5'], ['1,5'], ['1e3'], ['2026-06-01'], ['12:00'], [[]]])(
    '%j is none',
    (header) => expect(parseRetryAfter(header, NOW)).toBeNull(),
  )

  test('the first of several counts', () => expect(parseRetryAfter(['7', '9'], NOW)).toBe(7_000))

  test('never throws and is never negative, whatever a vendor sends', () => {
    const text = fc.oneof(
      fc.string(),
      fc.string({ unit: 'binary' }),
      fc.integer().map(String),
      fc.float().map(String),
      fc.date().map(String),
    )
    const property = fc.property(text, fc.integer({ min: 0, max: 2 ** 42 }), (header, now) => {
      const ms = parseRetryAfter(header, now)
      expect(ms === null || ms >= 0).toBe(true)
    })
    fc.assert(property, { numRuns: inTier(500, 5_000) })
  })
})

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { formatDuration, LONGEST_DURATION_MS, parseDuration } from './duration.ts'

describe('durations are text with units', () => {
  test.each([
    ['250ms', 250],
    ['90s', 90_000],
    ['5m', 300_000],
    ['12h', 43_200_000],
    ['30d', 2_592_000_000],
    ['1h30m', 5_400_000],
    ['1d 2h 3m 4s 5ms', 93_784_005],
    [' 5m ', 300_000],
    ['5m3ms', 300_003],
    ['0s', 0],
    ['3650d', LONGEST_DURATION_MS],
  ])('%s is %d ms', (text, ms) => {
    expect(parseDuration(text)).toEqual({ ms })
  })

  test.each(['', ' ', 'soon', '1.5h', '-5m', '5 minutes', '30m1h', '5m5m', '12H', '1w', '12hours', '1e3s', 'm'])(
    '%j is refused with how to write it',
    (text) => {
      expect(parseDuration(text)).toEqual({
        hint: 'Write whole numbers, each with its unit, the larger unit first.',
      })
    },
  )

  test('a number without a unit is refused, and told how it would be with one', () => {
    expect(parseDuration(90)).toEqual({ hint: "Write it as text with its unit, such as '90ms' or '90s'." })
    expect(parseDuration('90')).toEqual({ hint: "Add its unit, such as '90s' or '90h'." })
    expect(parseDuration(null)).toEqual({ hint: "Write it as text, such as '12h'." })
  })

  test('more than ten years is refused', () => {
    expect(parseDuration('3651d')).toEqual({ hint: 'That is more than 10 years.' })
    expect(parseDuration(`${'9'.repeat(400)}d`)).toEqual({ hint: 'That is more than 10 years.' })
  })
})

test('what is formatted is read back as the same', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: LONGEST_DURATION_MS }), (ms) => {
      expect(parseDuration(formatDuration(ms))).toEqual({ ms })
    }),
  )
})

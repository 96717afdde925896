import { expect, test } from 'vitest'
import { parseAsOf } from './as-of.ts'

const NOW = Date.UTC(2026, 10, 21, 12)
const AN_HOUR_AGO = NOW - 3_600_000

test.each([
  ['a Date', new Date(AN_HOUR_AGO)],
  ['ISO text in UTC', '2026-11-21T11:00:00Z'],
  ['ISO text with an offset', '2026-11-21 12:00:00.000+01:00'],
  ['epoch seconds', AN_HOUR_AGO / 1_000],
  ['epoch milliseconds', AN_HOUR_AGO],
  ['either as text', String(AN_HOUR_AGO / 1_000)],
])('%s is an instant', (_, said) => {
  expect(parseAsOf(said, NOW)).toEqual({ at: AN_HOUR_AGO })
})

test('a clock that is a little ahead is not the future', () => {
  expect(parseAsOf(NOW + 5_000, NOW)).toEqual({ at: NOW })
})

test.each([
  ['the future', NOW + 60_000, /future/],
  ['years ago', '2019-01-01T00:00:00Z', /older than a billing cycle/],
  ['NaN', Number.NaN, /not an instant/],
  ['an invalid Date', new Date('x'), /not an instant/],
  ['what no Date can hold', 1e300, /not an instant/],
  ['text without a zone: nobody knows whose hours it counts', '2026-11-21T11:00:00', /not an instant/],
  ['words', 'yesterday', /not an instant/],
  ['nothing', undefined, /not an instant/],
  ['an object', {}, /an object/],
])('%s is refused', (_, said, problem) => {
  expect(parseAsOf(said, NOW)).toEqual({ problem: expect.stringMatching(problem) })
})

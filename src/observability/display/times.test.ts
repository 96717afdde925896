import { expect, test } from 'vitest'
import { about, timesIn } from './times.ts'

const NOW = Date.UTC(2026, 10, 30, 22)
const HOUR = 3_600_000

test('an instant is worded as the clock on the wall shows it, with the day where that is another', () => {
  const utc = timesIn('UTC')
  expect(utc.second(NOW + 5_000)).toBe('22:00:05')
  expect(utc.minute(NOW + HOUR, NOW)).toBe('23:00')
  expect(utc.minute(NOW + 2 * HOUR, NOW)).toBe('Tue 00:00')
  expect(utc.minute(NOW + 240 * HOUR, NOW)).toBe('10 Dec 22:00')
  expect(utc.minute(NOW - 24 * HOUR, NOW)).toBe('Sun 22:00')
  // There it is past midnight already.
  expect(timesIn('Europe/Helsinki').minute(NOW + HOUR, NOW)).toBe('01:00')
  expect(timesIn('America/New_York').second(NOW)).toBe('17:00:00')
})

test.each([
  [0, '1 s'],
  [4_100, '5 s'],
  [31_000, '35 s'],
  [61_000, '1 min 10 s'],
  [601_000, '11 min'],
  [2 * HOUR + 60_000, '2 h 5 min'],
  [50 * HOUR + 1, '2 d 3 h'],
])('a guess of %i ms is told in steps, rounded up: %s', (ms, words) => {
  expect(about(ms)).toBe(words)
})

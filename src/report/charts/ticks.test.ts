import { expect, test } from 'vitest'
import { axisTime, fineTime, namedTime, zonedTime } from '../../domain/time/zoned-time.ts'
import { amountTicks, logTicks, timeTicks } from './ticks.ts'

const HOUR = 3_600_000

test('a clock is read at round times of its zone, where that is half an hour off too', () => {
  const fromAt = Date.UTC(2026, 10, 30, 19, 12)
  const times = (timeZone: string, hours: number) =>
    timeTicks({ fromAt, toAt: fromAt + hours * HOUR, timeZone }, 7).map((at) => axisTime(at, timeZone, hours * HOUR))
  expect(times('Europe/Berlin', 6)).toEqual(['21:00', '22:00', '23:00', '00:00', '01:00', '02:00'])
  expect(times('Asia/Kolkata', 12)).toEqual(['02:00', '04:00', '06:00', '08:00', '10:00', '12:00'])
  expect(times('UTC', 24 * 20)).toEqual(['1 Dec', '5 Dec', '9 Dec', '13 Dec', '17 Dec'])
})

test('where the clock is put forward or back on the way, days still begin at midnight', () => {
  const labels = (fromAt: number, days: number, hours = 0) => {
    const toAt = fromAt + (24 * days + hours) * HOUR
    return timeTicks({ fromAt, toAt, timeZone: 'Europe/Berlin' }, 7).map((at) => zonedTime(at, 'Europe/Berlin'))
  }
  const days = (month: string, ...all: number[]) => all.map((day) => `${day} ${month} 2026, 00:00`)
  expect(labels(Date.UTC(2026, 9, 21, 22), 6, 1)).toEqual(days('Oct', 22, 23, 24, 25, 26, 27, 28))
  expect(labels(Date.UTC(2026, 2, 26, 23), 6, -1)).toEqual([...days('Mar', 27, 28, 29, 30, 31), ...days('Apr', 1, 2)])
  // 25 October has 25 hours.
  expect(labels(Date.UTC(2026, 9, 24, 22), 0, 14).map((label) => label.slice(-5))).toEqual([
    ...['00:00', '02:00', '04:00', '06:00', '08:00', '10:00', '12:00'],
  ])
})

test('there are never more times than there is room for, and of an instant there is no chart', () => {
  for (const span of [1, 900, 61_000, 5 * HOUR, 24 * HOUR, 400 * 24 * HOUR, 4_000 * 24 * HOUR]) {
    expect(timeTicks({ fromAt: 0, toAt: span, timeZone: 'UTC' }, 7).length).toBeLessThanOrEqual(8)
  }
})

test('amounts are round, from nothing to above the most', () => {
  expect(amountTicks(7_000).map(({ label }) => label)).toEqual(['0', '2K', '4K', '6K', '8K'])
  expect(amountTicks(0.5).map(({ label }) => label)).toEqual(['0', '0.2', '0.4', '0.6'])
  expect(amountTicks(0).map(({ value }) => value)).toEqual([0])
})

test('latencies have ticks around the least and the most', () => {
  expect(logTicks(27, 753)).toEqual([20, 50, 100, 200, 500, 1_000])
  const wide = logTicks(3, 40_000)
  expect(wide.at(0)).toBeLessThanOrEqual(3)
  expect(wide.at(-1)).toBeGreaterThanOrEqual(40_000)
  expect(wide.length).toBeLessThanOrEqual(7)
})

test('times are worded in English with their zone', () => {
  const at = Date.UTC(2026, 10, 30, 22, 55)
  expect(namedTime(at, 'Europe/Berlin')).toBe('30 Nov 2026, 23:55 (Europe/Berlin)')
  expect(fineTime(at, 'UTC', 60_000)).toBe('22:55:00')
  expect(fineTime(at, 'UTC', 2 * HOUR)).toBe('30 Nov 2026, 22:55')
})

import { expect, test } from 'vitest'
import { Spreading } from './spreading.ts'

const HOUR_MS = 3_600_000
const report = { concurrency: 4, perSecond: null, reason: 'raised to 4: replies are as quick as ever' }

/** A run of twelve hours: at which hour, how many calls are left, and what the vendor bears. */
function look(spreading: Spreading, hour: number, calls: number, borne: number | null = 10, well = true): boolean {
  const leftMs = (12 - hour) * HOUR_MS
  const spread = { calls, mostCalls: calls, leftMs, wholeMs: 12 * HOUR_MS }
  return spreading.look(spread, { borne, well, at: hour * HOUR_MS })
}

test('nothing is slowed until the vendor has shown what it bears', () => {
  const spreading = new Spreading()
  expect([look(spreading, 0, 10_000, null), spreading.perSecond]).toEqual([false, null])
  expect(spreading.slowed(report)).toEqual(report)
})

test('the rate follows the work, in steps that matter', () => {
  const spreading = new Spreading()
  expect(look(spreading, 0, 10_000)).toBe(true)
  const first = spreading.perSecond as number
  expect(look(spreading, 0.01, 9_990)).toBe(false)
  expect(look(spreading, 3, 3_000)).toBe(true)
  expect(spreading.perSecond).toBeLessThan(first)
})

test('time in which nothing goes through makes it hurry for what comes', () => {
  const [well, unhealthy] = [new Spreading(), new Spreading()]
  for (const hour of [0, 0.5]) {
    look(well, hour, 10_000)
    look(unhealthy, hour, 10_000, 10, hour === 0)
  }
  expect(unhealthy.perSecond).toBeGreaterThan(1.1 * (well.perSecond as number))
})

test('the report says that the rate is enough, and until when; and that it is late', () => {
  const spreading = new Spreading()
  look(spreading, 0, 10_000)
  const { perSecond, reason } = spreading.slowed(report)
  expect(perSecond).toBe(spreading.perSecond)
  expect(reason).toMatch(/^spread: 0\.\d+ calls a second are enough for a deadline in 12 h 0 min$/)
  expect(spreading.slowed({ ...report, perSecond: 0.01 })).toEqual({ ...report, perSecond: 0.01 })
  look(spreading, 11, 10_000)
  expect(spreading.slowed(report)).toEqual({
    ...report,
    reason: `as fast as the vendor bears: the deadline is in 60 min; ${report.reason}`,
  })
})

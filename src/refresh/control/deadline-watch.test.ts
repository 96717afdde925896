import { describe, expect, test } from 'vitest'
import { deadlineAt } from '../../domain/cycle/deadline.ts'
import type { Clock } from '../../domain/time/clock.ts'
import { DeadlineWatch } from './deadline-watch.ts'

const RESET = Date.parse('2026-12-01T00:00:00Z')

/** A watch over a deadline an hour and five minutes ahead, and its clocks. */
function watching() {
  const time = { wall: RESET - 3_900_000, steady: 50 }
  const clock = { now: () => time.wall, monotonic: () => time.steady } as Clock
  return { time, watch: new DeadlineWatch(deadlineAt(RESET, 300_000, 30_000), clock) }
}

test.each([
  ['its job says', 300_000, 30_000, 300_000],
  ['the slowest call needs, where that is longer', 300_000, 1_800_000, 1_800_000],
  ['the slowest call needs, where the job says nothing', 0, 30_000, 30_000],
])('the last call goes out as long before the reset as %s', (_, least, slowest, before) => {
  expect(deadlineAt(RESET, least, slowest)).toEqual({ resetAt: RESET, stopAt: RESET - before })
})

describe('the deadline has passed when', () => {
  test('the time has come, not before', () => {
    const { time, watch } = watching()
    time.wall += 3_599_999
    time.steady += 3_599_999
    expect(watch.passed).toBe(false)
    time.wall += 1
    time.steady += 1
    expect(watch.passed).toBe(true)
  })

  test('the machine slept, and only the clock on the wall has gone on', () => {
    const { time, watch } = watching()
    time.wall += 3_600_000
    expect(watch.passed).toBe(true)
  })

  test('the clock was set back, and only the steady one has gone on', () => {
    const { time, watch } = watching()
    time.wall -= 7_200_000
    time.steady += 3_600_000
    expect(watch.passed).toBe(true)
  })
})

test('it says which reset it is, and whether that has come', () => {
  const { time, watch } = watching()
  expect(watch.why).toBe(
    'credits are reset at 2026-12-01T00:00:00.000Z: no call is sent in the last 300 s, so that none is charged after the reset',
  )
  time.wall = RESET
  expect(watch.over).toBe(true)
  expect(watch.why).toMatch(/^its billing cycle ended at 2026-12-01T00:00:00.000Z; /)
})

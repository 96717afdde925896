import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Quota, Sample } from '../../refresh/ports/pace.ts'
import { LONGEST_PAUSE_MS } from '../controller/pause.ts'
import { ANY } from './allowance.ts'
import { hear, leave, NOTHING_SAID, type QuotaState, quotaAllowance, resetAfter } from './quota.ts'

const NOW = Date.UTC(2026, 10, 30)
const [MINUTE, HOUR, DAY] = [60_000, 3_600_000, 86_400_000]
const OPEN = { calls: 1, opensAt: 0 }

/** One limit, its reset in ms from NOW. */
function quota(
  remaining: number | null,
  resetMs: number | null,
  limit: number | null = 100,
  windowMs: number | null = null,
) {
  return { limit, remaining, resetAt: resetMs === null ? null : NOW + resetMs, windowMs }
}

/** A reply at `at` ms from NOW to a call that was sent just then. */
function reply(quotas: readonly Quota[], at = 0, more: Partial<Sample> = {}): Sample {
  return { kind: 'ok', sentAt: NOW + at, at: NOW + at, latencyMs: 0, retryAfterMs: null, quotas, ...more }
}

/** The answer at `at` ms from NOW, its instant in ms from NOW. */
function allowance(state: QuotaState, at = 0) {
  const { calls, opensAt } = quotaAllowance(state, NOW + at)
  return { calls, opensAt: opensAt === 0 ? 0 : opensAt - NOW }
}

function heard(quotas: readonly Quota[], inFlight = 0): QuotaState {
  return hear(NOTHING_SAID, reply(quotas), inFlight)
}

describe('what a reply says of the limits', () => {
  test('nothing is no limit', () => {
    expect(allowance(NOTHING_SAID)).toEqual(ANY)
    expect(allowance(heard([quota(null, 9_000), quota(5, null)]))).toEqual(ANY)
  })

  test('plenty is what may leave, less what is in flight and what has left', () => {
    const state = heard([quota(80, 9_000)], 15)
    expect(allowance(state).calls).toBe(65)
    expect(allowance(leave(state, NOW)).calls).toBe(64)
    expect(allowance(state, 9_000)).toEqual(ANY)
  })

  test.each([0, 3])('%i left and three in flight: nothing is sent until the reset, then one call probes', (left) => {
    const state = heard([quota(left, 9_000)], 3)
    expect(allowance(state)).toEqual({ calls: 0, opensAt: 9_000 })
    expect(allowance(state, 8_999).calls).toBe(0)
    expect(allowance(state, 9_000)).toEqual(OPEN)
    expect(allowance(leave(state, NOW + 9_000), 9_500)).toEqual({ calls: 0, opensAt: 10_000 })
  })

  test('calls that were in flight and came back leave room for others', () => {
    const state = hear(heard([quota(3, 9_000)], 3), reply([quota(2, 9_000)]), 0)
    expect(allowance(state)).toEqual({ calls: 0, opensAt: 3_000 })
    expect(allowance(state, 3_000)).toEqual(OPEN)
  })

  test('little is spread until the reset, if that is less than a minute away', () => {
    const state = leave(heard([quota(10, 20_000)]), NOW)
    expect(allowance(state, 1)).toEqual({ calls: 0, opensAt: 2_000 })
    expect(allowance(state, 2_000)).toEqual(OPEN)
    expect(allowance(leave(heard([quota(3, DAY)]), NOW), 1)).toEqual({ calls: 2, opensAt: 0 })
  })

  test('the tightest of several limits decides', () => {
    expect(allowance(heard([quota(90, 1_000), quota(0, 30_000), quota(50, HOUR)]))).toEqual({
      calls: 0,
      opensAt: 30_000,
    })
  })

  test('a far reset is believed for a quarter of an hour: then one call asks, and again', () => {
    const state = heard([quota(0, 10 * HOUR)])
    expect(allowance(state)).toEqual({ calls: 0, opensAt: LONGEST_PAUSE_MS })
    const asked = leave(state, NOW + LONGEST_PAUSE_MS)
    expect(allowance(asked, LONGEST_PAUSE_MS).calls).toBe(0)
    const again = hear(asked, reply([quota(0, 10 * HOUR)], LONGEST_PAUSE_MS + 5), 0)
    expect(allowance(again, LONGEST_PAUSE_MS + 5)).toEqual({ calls: 0, opensAt: 2 * LONGEST_PAUSE_MS + 5 })
  })

  test('where no reset is named, a window is over when its length has passed since it was first seen', () => {
    const first = heard([quota(40, null, 50, MINUTE)])
    const used = hear(first, reply([quota(0, null, 50, MINUTE)], 20_000), 0)
    expect(allowance(used, 20_000)).toEqual({ calls: 0, opensAt: MINUTE })
    const next = hear(used, reply([quota(49, null, 50, MINUTE)], MINUTE), 0)
    expect(allowance(hear(next, reply([quota(0, null, 50, MINUTE)], MINUTE + 1), 0), MINUTE + 1).opensAt).toBe(
      2 * MINUTE,
    )
  })

  test('a reply that was overtaken says nothing new', () => {
    const state = hear(NOTHING_SAID, reply([quota(0, 9_000)], 10), 0)
    expect(hear(state, reply([quota(1, 9_000)], 9), 0)).toBe(state)
  })

  test('a success after the reset whose reply says nothing ends the limit', () => {
    const state = leave(heard([quota(0, 9_000)]), NOW + 9_000)
    expect(allowance(hear(state, reply([], 8_999), 0), 9_100).calls).toBe(0)
    expect(allowance(hear(state, reply([], 9_000), 0), 9_100)).toEqual(ANY)
  })

  test('Retry-After has precedence over the reset', () => {
    const said = reply([quota(0, HOUR)], 0, { kind: 'throttled', retryAfterMs: 2_000 })
    expect(allowance(hear(NOTHING_SAID, said, 0))).toEqual({ calls: 0, opensAt: 2_000 })
  })

  test('a throttle without Retry-After lasts until the reset of what is used up', () => {
    expect(resetAfter(reply([quota(0, 4_000), quota(0, 6_000), quota(1, 9_000)]))).toBe(6_000)
    expect(resetAfter(reply([quota(0, 0), quota(0, null), quota(5, 9_000)]))).toBe(null)
  })
})

const amounts = fc.option(fc.nat({ max: 200 }), { nil: null })
const quotas = fc.array(
  fc.record({
    limit: fc.option(fc.integer({ min: 1, max: 200 }), { nil: null }),
    remaining: amounts,
    resetMs: fc.option(fc.nat({ max: 25 * HOUR }), { nil: null }),
    windowMs: fc.option(fc.constantFrom(1_000, MINUTE, HOUR, DAY), { nil: null }),
  }),
  { maxLength: 3 },
)
const steps = fc.array(
  fc.record({
    afterMs: fc.nat({ max: 2 * MINUTE }),
    quotas,
    inFlight: fc.nat({ max: 30 }),
    kind: fc.constantFrom('ok' as const, 'throttled' as const, 'failed' as const),
    retryAfterMs: fc.option(fc.nat({ max: HOUR }), { nil: null }),
  }),
  { maxLength: 40 },
)

describe('whatever a vendor says', () => {
  test('no wait is beyond the bound, and after each wait somebody may send', () => {
    const property = fc.property(steps, (said) => {
      let state = NOTHING_SAID
      let now = NOW
      for (const { afterMs, quotas, inFlight, kind, retryAfterMs } of said) {
        now += afterMs
        const told = quotas.map(({ resetMs, ...rest }) => ({
          ...rest,
          resetAt: resetMs === null ? null : now + resetMs,
        }))
        state = hear(state, { kind, sentAt: now, at: now, latencyMs: 0, retryAfterMs, quotas: told }, inFlight)
        const { calls, opensAt } = quotaAllowance(state, now)
        expect(calls === 0 ? opensAt > now : calls >= 1).toBe(true)
        expect(opensAt).toBeLessThanOrEqual(now + LONGEST_PAUSE_MS)
        expect(quotaAllowance(state, Math.max(now, opensAt)).calls).toBeGreaterThanOrEqual(1)
        now = Math.max(now, opensAt)
        state = leave(state, now)
      }
    })
    fc.assert(property, { numRuns: 500 })
  })

  test('a vendor with a fixed window is neither hammered nor left idle: all that it grants is used, and no more', () => {
    const property = fc.property(
      fc.integer({ min: 1, max: 120 }),
      fc.constantFrom(1_000, MINUTE),
      (limit, windowMs) => {
        const { used, refused } = drive(limit, windowMs, 5)
        expect(refused).toBe(0)
        expect(used).toBeGreaterThanOrEqual(limit * 4)
      },
    )
    fc.assert(property, { numRuns: 50 })
  })

  test('a vendor that says that nothing is left, for ever, gets a call a window', () => {
    let state = heard([quota(0, MINUTE)])
    let sent = 0
    for (let at = 0; at < HOUR; at += 100) {
      if (allowance(state, at).calls === 0) continue
      sent += 1
      state = hear(leave(state, NOW + at), reply([quota(0, at + MINUTE)], at), 0)
    }
    expect(sent).toBe(59)
  })
})

/** Calls that take a millisecond, as many as may leave, against a vendor that grants so many a window. */
function drive(limit: number, windowMs: number, windows: number): { used: number; refused: number } {
  let state = NOTHING_SAID
  let [used, refused, granted, window] = [0, 0, 0, 0]
  for (let at = 0; at < windows * windowMs; at++) {
    if (quotaAllowance(state, NOW + at).calls === 0) continue
    if (Math.floor(at / windowMs) > window) [window, granted] = [Math.floor(at / windowMs), 0]
    state = leave(state, NOW + at)
    if (granted < limit) [granted, used] = [granted + 1, used + 1]
    else refused += 1
    state = hear(state, reply([quota(limit - granted, (window + 1) * windowMs, limit)], at), 0)
  }
  return { used, refused }
}

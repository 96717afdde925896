import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  allowed,
  callLeft,
  callSeen,
  isUnwell,
  learned,
  type PaceState,
  reasonOf,
  startPace,
  timePassed,
} from './controller.ts'

/** Any value that a clock, a vendor or a bug may pass in. */
const garbage = fc.oneof(
  fc.double({ min: -1e6, max: 1e6 }),
  fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -1, 0, 1e15),
)
const event = fc.oneof(
  fc.record({ is: fc.constant('left' as const), at: garbage, inFlight: garbage }),
  fc.record({ is: fc.constant('passed' as const), at: garbage, inFlight: garbage }),
  fc.record({
    is: fc.constant('seen' as const),
    kind: fc.constantFrom('ok' as const, 'throttled' as const, 'failed' as const),
    sentAt: garbage,
    at: garbage,
    latencyMs: fc.option(garbage),
    retryAfterMs: fc.option(garbage),
    inFlight: garbage,
    quotas: fc.array(
      fc.record({
        limit: fc.option(garbage),
        remaining: fc.option(garbage),
        resetAt: fc.option(garbage),
        windowMs: fc.option(garbage),
      }),
      { maxLength: 2 },
    ),
  }),
)

type Told = typeof event extends fc.Arbitrary<infer T> ? T : never

function after(state: PaceState, told: Told): PaceState {
  if (told.is === 'left') return callLeft(state, told.at, told.inFlight)
  return told.is === 'passed' ? timePassed(state, told.at, told.inFlight) : callSeen(state, told)
}

function expectSane(state: PaceState, ceiling: number): void {
  const { concurrency, perSecond, opensAt } = allowed(state)
  expect(concurrency >= 1 && concurrency <= ceiling && Number.isInteger(concurrency)).toBe(true)
  expect(perSecond === null || (perSecond > 0 && Number.isFinite(perSecond))).toBe(true)
  expect(Number.isFinite(opensAt)).toBe(true)
  expect(opensAt - state.now).toBeLessThanOrEqual(15 * 60_000 + 0.001)
  expect(reasonOf(state)).not.toMatch(/NaN|Infinity|undefined/)
}

describe('whatever it is fed', () => {
  test('at least one call at once, never more than the ceiling, never a number that is none', () => {
    const property = fc.property(
      fc.integer({ min: 1, max: 200 }),
      fc.array(event, { maxLength: 120 }),
      (ceiling, told) => {
        let state = startPace(ceiling)
        for (const one of told) {
          state = after(state, one)
          expectSane(state, ceiling)
        }
      },
    )
    fc.assert(property, { numRuns: 500 })
  })

  test('also from a pace that was learned, whatever it is', () => {
    const amount = fc.double({ min: 0.001, max: 1e6, noNaN: true })
    const kept = fc.record({
      concurrency: fc.integer({ min: 1, max: 10_000 }),
      perSecond: fc.option(amount),
      windowMs: fc.constantFrom(1_000, 10_000, 60_000),
      baselineMs: fc.option(amount),
      at: fc.nat(),
    })
    const property = fc.property(
      fc.integer({ min: 1, max: 200 }),
      kept,
      fc.array(event, { maxLength: 60 }),
      (ceiling, pace, told) => {
        let state = startPace(ceiling, pace)
        expectSane(state, ceiling)
        for (const one of told) state = after(state, one)
        expectSane(state, ceiling)
      },
    )
    fc.assert(property, { numRuns: 300 })
  })

  test('a ceiling below one is refused', () => expect(() => startPace(0)).toThrow(RangeError))
})

/** Calls that succeed one after another, each `ms` long, with so many in flight. */
function successes(
  state: PaceState,
  calls: number,
  ms: number,
  wire = (s: PaceState) => allowed(s).concurrency,
): PaceState {
  let next = state
  for (let i = 0; i < calls; i++) {
    const inFlight = wire(next)
    const at = next.now + ms / inFlight
    next = callSeen(callLeft(next, at - ms, inFlight), {
      kind: 'ok',
      sentAt: at - ms,
      at,
      latencyMs: ms,
      retryAfterMs: null,
      inFlight: inFlight - 1,
    })
  }
  return next
}

/** So long with a vendor that answers every call, each after `ms`; looked at ten times a second. */
function answering(state: PaceState, forMs: number, ms: number): PaceState {
  const wire: number[] = []
  let next = state
  for (let at = state.now; at < state.now + forMs; at += 100) {
    while (wire[0] !== undefined && wire[0] + ms <= at) {
      const sentAt = wire.shift() as number
      const seen = { kind: 'ok', latencyMs: ms, retryAfterMs: null } as const
      next = callSeen(next, { ...seen, sentAt, at, inFlight: wire.length })
    }
    next = timePassed(next, at, wire.length)
    while (wire.length < allowed(next).concurrency && allowed(next).opensAt <= at) {
      wire.push(at)
      next = callLeft(next, at, wire.length)
    }
  }
  return next
}

function failures(state: PaceState, calls: number, kind: 'failed' | 'throttled' = 'failed'): PaceState {
  let next = state
  for (let i = 0; i < calls; i++) {
    const at = next.now + 2
    next = callSeen(next, {
      kind,
      sentAt: at - 1,
      at,
      latencyMs: 1,
      retryAfterMs: null,
      inFlight: allowed(next).concurrency - 1,
    })
  }
  return next
}

describe('the pace', () => {
  test('goes up while replies are quick, to the ceiling', () => {
    expect(allowed(startPace(64)).concurrency).toBe(1)
    expect(allowed(successes(startPace(64), 2_000, 40)).concurrency).toBe(64)
  })

  test('goes up also where calls leave together and come back together', () => {
    let state = startPace(30)
    for (let round = 0; round < 25; round++) {
      const sentAt = state.now
      const calls = allowed(state).concurrency
      for (let i = 0; i < calls; i++) state = callLeft(state, sentAt + i / 100, i + 1)
      for (let i = 0; i < calls; i++) {
        const at = sentAt + 500 + i / 100
        const latencyMs = 500
        const inFlight = calls - i - 1
        state = callSeen(state, { kind: 'ok', sentAt: at - latencyMs, at, latencyMs, retryAfterMs: null, inFlight })
      }
    }
    expect(allowed(state).concurrency).toBe(30)
  })

  test('does not go up on calls that did not use the limit', () => {
    const small = successes(startPace(64), 3, 40)
    expect(allowed(small).concurrency).toBe(2)
    expect(allowed(successes(small, 1_000, 40, () => 1)).concurrency).toBe(2)
  })

  test('is not lowered by calls that were held up here', () => {
    const before = successes(startPace(16), 500, 40)
    let state = before
    for (let i = 0; i < 500; i++) {
      const at = state.now + 100
      state = callSeen(state, { kind: 'ok', sentAt: at - 900, at, latencyMs: null, retryAfterMs: null, inFlight: 15 })
    }
    expect(allowed(state).concurrency).toBe(allowed(before).concurrency)
  })

  test('is halved by failures, says why, and is one call now and then after five in a row', () => {
    const well = successes(startPace(16), 500, 40)
    const cut = failures(well, 4)
    expect([allowed(cut).concurrency, isUnwell(cut)]).toEqual([8, false])
    expect(reasonOf(cut)).toMatch(/^halved to 8: \d+ % of calls failed$/)
    const down = failures(well, 5)
    expect([isUnwell(down), allowed(down).opensAt > down.now]).toEqual([true, true])
    const asked = callLeft(down, allowed(down).opensAt, 1)
    expect(allowed(asked).opensAt - asked.now).toBeGreaterThanOrEqual(2_000)
  })

  test('comes back gently after one success, up to where it was', () => {
    const down = failures(successes(startPace(16), 4_000, 40), 9)
    const back = successes({ ...down, now: down.now + 60_000 }, 1, 40, () => 1)
    expect([isUnwell(back), allowed(back).concurrency]).toEqual([false, 1])
    expect(allowed(successes(back, 400, 40)).concurrency).toBe(16)
  })

  test('takes silence for an outage, but not while nothing is in flight', () => {
    const well = successes(startPace(16), 500, 40)
    expect(isUnwell(timePassed(well, well.now + 60_000, 0))).toBe(false)
    const waiting = callLeft(well, well.now, 1)
    expect(isUnwell(timePassed(waiting, waiting.now + 900, 1))).toBe(false)
    expect(isUnwell(timePassed(waiting, waiting.now + 1_100, 1))).toBe(true)
  })

  test('does not take a vendor that has become far slower for one that is down', () => {
    const well = successes(startPace(16), 500, 40)
    const slow = answering(well, 150_000, 1_500)
    expect(isUnwell(slow)).toBe(false)
    expect(allowed(slow).concurrency).toBeGreaterThanOrEqual(12)
    // Once replies are fast again, silence is noticed soon again.
    const quick = successes(slow, 500, 40)
    const waiting = callLeft(quick, quick.now, 1)
    expect(isUnwell(timePassed(waiting, waiting.now + 2_000, 1))).toBe(true)
  })

  test('does not take a vendor for gone that needs longer for its first answer than others', () => {
    const slow = answering(startPace(16), 600_000, 12_000)
    expect(isUnwell(slow)).toBe(false)
    expect(allowed(slow).concurrency).toBeGreaterThanOrEqual(12)
  })

  test('learns a rate from refusals alone, and keeps below it', () => {
    let state = successes(startPace(64), 100, 20)
    state = failures(state, 40, 'throttled')
    const { perSecond } = allowed(state)
    expect(perSecond).not.toBeNull()
    expect(perSecond as number).toBeLessThanOrEqual(100)
    expect(reasonOf(state)).toMatch(/calls a second: the vendor refused/)
  })

  test('begins near what was learned, at half as many calls', () => {
    const known = learned(successes(startPace(16), 500, 40), 1)
    expect(known).toMatchObject({ concurrency: 16, perSecond: null })
    const next = startPace(64, known)
    expect(allowed(next).concurrency).toBe(8)
    expect(reasonOf(next)).toBe('starts at 8: the vendor handled 16 before')
  })
})

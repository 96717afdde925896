import { expect, test } from 'vitest'
import { allowed, callLeft, callSeen, startPace } from './controller.ts'
import { letThrough, type Rate, refusalSeen, refused, startRate } from './rate.ts'
import { isExcused } from './refusal-attribution.ts'
import { counted, NONE_SENT, type SendCounts } from './send-counts.ts'

test('a rate that an earlier run has learned is given up too where calls are refused whatever it is', () => {
  let rate: Rate = startRate({ concurrency: 8, perSecond: 100, windowMs: 1_000, baselineMs: 20, at: 0 })
  let sent = NONE_SENT
  for (let call = 1; call <= 400 && !isExcused(rate.attribution); call++) {
    const at = call * 20
    sent = counted(sent, at - 10, 1)
    if (call % 10 > 1) rate = letThrough(rate, at, sent)
    else {
      // Two in a row.
      rate = refusalSeen(rate, at - 10, at, null)
      if (!isExcused(rate.attribution)) rate = refused(rate, at - 10, at, null, sent)
    }
  }
  expect(rate).toMatchObject({ perSecond: null, refused: 0 })
  expect(rate.attribution.excused).toBeGreaterThan(0.1)
})

test('with it what was being refused is forgotten: it would tell of a window later', () => {
  const learned = startRate({ concurrency: 8, perSecond: 100, windowMs: 1_000, baselineMs: 20, at: 0 })
  const attribution = { ...learned.attribution, tried: 30, refused: 2 }
  const met = refused({ ...learned, perSecond: 70, attribution }, 990, 1_000, null, NONE_SENT)
  expect(met.refusing).not.toBeNull()
  expect(refusalSeen(met, 1_010, 1_020, null)).toMatchObject({ perSecond: null, refused: 0, refusing: null })
})

test('that calls were slow or lost after a refusal tells of no longer window', () => {
  const sent = counted(NONE_SENT, 0, 1)
  // Refused for two seconds; what goes out after that is lost, and the next answer comes after 12 s.
  const met = refused({ ...startRate(null), warned: true }, 0, 100, 2_000, sent)
  const rate = letThrough(met, 12_000, counted(sent, 11_900, 1))
  expect(rate.windowMs).toBe(1_000)
  expect(rate.perSecond).toBeGreaterThanOrEqual(met.perSecond ?? Number.NaN)
})

/** A refusal, as the controller takes it. */
function refusedCall(rate: Rate, sentAt: number, at: number, retryAfterMs: number | null, sent: SendCounts): Rate {
  return refused(refusalSeen(rate, sentAt, at, retryAfterMs), sentAt, at, retryAfterMs, sent)
}

test.each([null, 2_000])(
  'refusals before and after a time in which nothing was sent tell of no window (Retry-After %s)',
  (asks) => {
    let sent = NONE_SENT
    for (let call = 0; call < 11; call++) sent = counted(sent, call, 1)
    const first = refusedCall({ ...startRate(null), warned: true }, 20, 25, asks, sent)
    // The database was unreachable for 12 s; the first call after that meets a refusal too.
    const second = refusedCall(first, 12_000, 12_005, asks, sent)
    const rate = letThrough(second, 14_100, counted(sent, 14_050, 1))
    expect(rate).toMatchObject({ windowMs: 1_000, refused: 0, refusing: null })
    expect(rate.perSecond).toBeGreaterThan(5)
    // Had it asked meanwhile, the vendor's window would be that long.
    let asked = first
    for (let at = 1_100; at <= 12_100; at += 1_000) asked = refusedCall(asked, at, at + 5, 1_000, sent)
    expect(letThrough(asked, 13_200, counted(sent, 13_150, 1))).toMatchObject({ windowMs: 60_000 })
  },
)

test.each([
  [0, 3, 2_000, 1_000],
  [1, 3, 2_000, 1_000],
  [4, 2, 2_000, 1_000],
  [4, 3, 2_000, 10_000],
  [4, 2, 3_000, 10_000],
  [5, 2, 2_000, 10_000],
])(
  'after %i admitted calls, %i refusals with a pause of %i ms each tell of a window of %i ms',
  (admitted, times, asked, windowMs) => {
    let sent = NONE_SENT
    for (let call = 0; call < admitted; call++) sent = counted(sent, call, 1)
    let rate = startRate(null)
    for (let n = 0; n < times; n++)
      rate = refusedCall(rate, 10 + n * (asked + 100), 20 + n * (asked + 100), asked, sent)
    const at = times * (asked + 100)
    const after = letThrough(rate, at, counted(sent, at - 50, 1))
    expect(after).toMatchObject({ windowMs, refused: 0 })
    expect(after.perSecond).toBeCloseTo(windowMs === 1_000 ? (rate.perSecond ?? 0) : 0.0988 * admitted)
  },
)

test('several calls that were out together and refused are refused once', () => {
  let sent = NONE_SENT
  for (let call = 0; call < 4; call++) sent = counted(sent, 0, 1)
  let rate: Rate = { ...startRate(null), warned: true }
  for (let n = 0; n < 4; n++) rate = refusedCall(rate, 1, 20 + n, 2_000, sent)
  const again = refusedCall(rate, 2_100, 2_120, 2_000, sent)
  expect(again.refusing).toMatchObject({ times: 2 })
  expect(letThrough(again, 4_200, counted(sent, 4_150, 1))).toMatchObject({ windowMs: 1_000 })
})

test('refusals that calls were let through between are not one that lasts, though the first lowered the concurrency alone', () => {
  let state = startPace(8)
  const call = (at: number, inFlight: number, kind: 'ok' | 'throttled') => {
    const retryAfterMs = kind === 'throttled' ? 2_000 : null
    state = callSeen(state, { kind, sentAt: at, at: at + 10, latencyMs: 10, inFlight, retryAfterMs })
  }
  const send = (at: number, inFlight: number) => {
    state = callLeft(state, at, inFlight)
  }
  for (let at = 0; at < 600; at += 20) {
    send(at, 1)
    send(at, 2)
    call(at, 1, 'ok')
    call(at, 0, 'ok')
  }
  const { concurrency } = allowed(state)
  for (let n = 1; n <= concurrency; n++) send(600, n)
  for (let n = concurrency; n > 1; n--) call(600, n - 1, 'ok')
  call(600, concurrency - 1, 'throttled')
  expect([allowed(state).perSecond, allowed(state).concurrency < concurrency]).toEqual([null, true])
  for (let at = 2_700; at < 20_000; at += 100) {
    send(at, 1)
    call(at, 0, 'ok')
  }
  send(20_000, 1)
  send(20_000, 2)
  call(20_000, 1, 'throttled')
  call(20_010, 0, 'ok')
  expect(allowed(state).perSecond ?? Number.POSITIVE_INFINITY).toBeGreaterThan(5)
})

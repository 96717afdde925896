import { expect, test } from 'vitest'
import { letThrough, type Rate, refusalSeen, refused, startRate } from './rate.ts'
import { isExcused } from './refusal-attribution.ts'
import { counted, NONE_SENT } from './send-counts.ts'

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

test('refusals before and after a time in which nothing was sent tell of no window', () => {
  let sent = NONE_SENT
  for (let call = 0; call < 11; call++) sent = counted(sent, call, 1)
  const first = refused({ ...startRate(null), warned: true }, 20, 25, null, sent)
  // The database was unreachable for 12 s; the first call after that meets a refusal too.
  const second = refused(first, 12_000, 12_005, null, sent)
  const rate = letThrough(second, 13_100, counted(sent, 13_050, 1))
  expect(rate).toMatchObject({ windowMs: 1_000, refused: 0, refusing: null })
  expect(rate.perSecond).toBeGreaterThan(5)
  // Had it asked meanwhile, the vendor's window would be that long.
  let asked = first
  for (let at = 1_100; at <= 12_100; at += 1_000) asked = refused(asked, at, at + 5, 1_000, sent)
  expect(letThrough(asked, 13_200, counted(sent, 13_150, 1))).toMatchObject({ windowMs: 60_000 })
})

test.each([
  [0, 1_000],
  [1, 1_000],
  [4, 10_000],
])('refusals after %i admitted calls tell of a window of %i ms', (admitted, windowMs) => {
  let sent = NONE_SENT
  for (let call = 0; call < admitted; call++) sent = counted(sent, call, 1)
  const first = refused(startRate(null), 10, 20, 2_000, sent)
  const second = refused(first, 2_100, 2_120, 2_000, sent)
  const rate = letThrough(second, 4_200, counted(sent, 4_150, 1))
  expect(rate).toMatchObject({ windowMs, refused: 0 })
  expect(rate.perSecond).toBeCloseTo(admitted < 2 ? 0.988 : 0.3952)
})

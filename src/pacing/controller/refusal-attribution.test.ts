import { expect, test } from 'vitest'
import {
  answered,
  excuse,
  excusedBy,
  isExcused,
  isInDoubt,
  keepsLimit,
  limitLearned,
  type RefusalAttribution,
  UNATTRIBUTED,
} from './refusal-attribution.ts'

/** So many answers at a rate, every nth of them a refusal. */
function answers(attribution: RefusalAttribution, perSecond: number, calls: number, nth: number): RefusalAttribution {
  let next = attribution
  for (let call = 1; call <= calls; call++) next = answered(next, perSecond, call % nth === 0)
  return next
}

test("refusals near the rate that was let through are the rate's", () => {
  expect(excusedBy(answers(limitLearned(UNATTRIBUTED, 100), 90, 500, 10))).toBeNull()
})

test('as many far below it are not', () => {
  const attribution = answers(limitLearned(UNATTRIBUTED, 100), 70, 60, 20)
  expect(excusedBy(attribution)).toBeCloseTo(0.05)
  expect(isExcused(excuse(attribution, 0.05))).toBe(true)
})

test('a few calls decide nothing, and as long as that is so the rate stays', () => {
  const attribution = answers(limitLearned(UNATTRIBUTED, 100), 70, 11, 3)
  expect(excusedBy(attribution)).toBeNull()
  expect(isInDoubt(attribution, 70)).toBe(true)
  expect(isInDoubt(attribution, 90)).toBe(false)
})

test('a vendor that refuses half of the calls keeps a limit', () => {
  const attribution = answers(limitLearned(UNATTRIBUTED, 100), 70, 100, 2)
  expect(excusedBy(attribution)).toBeNull()
  expect(isInDoubt(attribution, 70)).toBe(false)
})

test('more refusals than are excused tell of a limit; then it is known that there is one', () => {
  const excused = excuse(limitLearned(UNATTRIBUTED, 100), 0.05)
  const pushed = answers(excused, 300, 60, 3)
  expect(isExcused(pushed)).toBe(false)
  expect(limitLearned(pushed, 200)).toMatchObject({ first: 200, limited: true, excused: null })
})

test('one that refuses everything for a while keeps a limit, whatever was excused', () => {
  expect(isExcused(keepsLimit(excuse(UNATTRIBUTED, 0.05)))).toBe(false)
})

import { expect, test } from 'vitest'
import {
  answered,
  BLAMELESS,
  type Blame,
  excuse,
  excusedBy,
  isExcused,
  isInDoubt,
  keepsLimit,
  limitLearned,
} from './blame.ts'

/** So many answers at a rate, every nth of them a refusal. */
function answers(blame: Blame, perSecond: number, calls: number, nth: number): Blame {
  let next = blame
  for (let call = 1; call <= calls; call++) next = answered(next, perSecond, call % nth === 0)
  return next
}

test("refusals near the rate that was let through are the rate's", () => {
  expect(excusedBy(answers(limitLearned(BLAMELESS, 100), 90, 500, 10))).toBeNull()
})

test('as many far below it are not', () => {
  const blame = answers(limitLearned(BLAMELESS, 100), 70, 60, 20)
  expect(excusedBy(blame)).toBeCloseTo(0.05)
  expect(isExcused(excuse(blame, 0.05))).toBe(true)
})

test('a few calls decide nothing, and as long as that is so the rate stays', () => {
  const blame = answers(limitLearned(BLAMELESS, 100), 70, 11, 3)
  expect(excusedBy(blame)).toBeNull()
  expect(isInDoubt(blame, 70)).toBe(true)
  expect(isInDoubt(blame, 90)).toBe(false)
})

test('a vendor that refuses half of the calls keeps a limit', () => {
  const blame = answers(limitLearned(BLAMELESS, 100), 70, 100, 2)
  expect(excusedBy(blame)).toBeNull()
  expect(isInDoubt(blame, 70)).toBe(false)
})

test('more refusals than are excused tell of a limit; then it is known that there is one', () => {
  const excused = excuse(limitLearned(BLAMELESS, 100), 0.05)
  const pushed = answers(excused, 300, 60, 3)
  expect(isExcused(pushed)).toBe(false)
  expect(limitLearned(pushed, 200)).toMatchObject({ first: 200, limited: true, excused: null })
})

test('one that refuses everything for a while keeps a limit, whatever was excused', () => {
  expect(isExcused(keepsLimit(excuse(BLAMELESS, 0.05)))).toBe(false)
})

import { expect, test } from 'vitest'
import { spreadOf } from './spread-work.ts'

const BEGUN = {
  tried: 0,
  spent: 0,
  creditsLeft: 9_000,
  recordsLeft: Number.POSITIVE_INFINITY,
  each: 3,
  perCall: 1,
  leftMs: 5,
  wholeMs: 9,
}

test('before any record was tried, far more calls may be needed than are likely', () => {
  const { calls, mostCalls } = spreadOf(BEGUN)
  expect(calls).toBe(6_000)
  expect(mostCalls).toBeGreaterThan(10 * calls)
})

test('what records have cost tells how many calls the credits are', () => {
  const { calls, mostCalls } = spreadOf({ ...BEGUN, tried: 1_000, spent: 1_500 })
  expect(calls).toBe(6_000)
  expect(mostCalls).toBeGreaterThan(calls)
  expect(mostCalls).toBeLessThan(1.1 * calls)
})

test('a call carries many records', () => {
  expect(spreadOf({ ...BEGUN, tried: 1_000, spent: 1_500, perCall: 100 }).calls).toBe(60)
})

test('no more calls than records are left', () => {
  expect(spreadOf({ ...BEGUN, recordsLeft: 41, perCall: 10 })).toEqual({
    calls: 5,
    mostCalls: 5,
    leftMs: 5,
    wholeMs: 9,
  })
})

test('nothing left is nothing to do', () => {
  expect(spreadOf({ ...BEGUN, creditsLeft: 0 })).toMatchObject({ calls: 0, mostCalls: 0 })
})

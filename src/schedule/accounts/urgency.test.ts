import { expect, test } from 'vitest'
import { type Stake, urgencyOf } from './urgency.ts'

const NOW = Date.UTC(2026, 10, 30, 12)
const HOUR_MS = 3_600_000

function order(stakes: Readonly<Record<string, Stake>>): string[] {
  return Object.keys(stakes).toSorted((a, b) => urgencyOf(stakes[b]!) - urgencyOf(stakes[a]!))
}

test('the account whose latest safe start comes first goes first, however little it would lose', () => {
  const soon = { latestSafeStart: NOW + HOUR_MS, atStake: 10 }
  const later = { latestSafeStart: NOW + 2 * HOUR_MS, atStake: 1_000_000 }
  const past = { latestSafeStart: NOW - HOUR_MS, atStake: 1 }
  expect(order({ later, soon, past })).toEqual(['past', 'soon', 'later'])
})

test('of those that must begin at about the same time, the one that would lose most', () => {
  const latestSafeStart = NOW
  const stakes = [1_000_000, 1_100_001, 0, 5, null].map((atStake) => ({ latestSafeStart, atStake }))
  expect(order({ a: stakes[0]!, b: stakes[1]!, none: stakes[2]!, few: stakes[3]! })).toEqual(['b', 'a', 'few', 'none'])
  expect(urgencyOf(stakes[4]!)).toBe(urgencyOf(stakes[2]!))
})

test('an account that would lose nothing, or of which nobody knows, goes last', () => {
  const unknown = { latestSafeStart: null, atStake: 1_000_000_000_000 }
  expect(order({ unknown, far: { latestSafeStart: NOW + 400 * 24 * HOUR_MS, atStake: 0 } })).toEqual(['far', 'unknown'])
})

test('it is a whole number that PostgreSQL keeps as an integer, for any instant and any stake', () => {
  for (const latestSafeStart of [-1, 0, NOW, Number.MAX_SAFE_INTEGER, null]) {
    for (const atStake of [-5, 0, 0.4, 200_000_000, Number.MAX_SAFE_INTEGER, null]) {
      const urgency = urgencyOf({ latestSafeStart, atStake })
      expect(Number.isInteger(urgency)).toBe(true)
      expect(urgency).toBeGreaterThanOrEqual(0)
      expect(urgency).toBeLessThan(2 ** 31)
    }
  }
})

import { expect, test } from 'vitest'
import type { Credits } from '../credits/credits.ts'
import { Charges, CLOCKS_APART_MS } from './charges.ts'

const c = (amount: number) => amount as Credits
const NOON = Date.UTC(2026, 10, 21, 12)
const at = (seconds: number) => NOON + seconds * 1_000

test('a charge is after the instant, about then, or before it', () => {
  const charges = new Charges()
  charges.add(at(-60), at(-50), c(1))
  charges.add(at(-20), at(20), c(2))
  charges.add(at(-5), at(5), c(4))
  charges.add(at(20), at(21), c(8))
  expect(charges.since(NOON)).toEqual({ after: 8, unsure: 6 })
})

test('clocks that differ are given their margin on both sides', () => {
  const apart = CLOCKS_APART_MS / 1_000
  const charges = new Charges()
  charges.add(at(-apart - 5), at(-apart - 3), c(1))
  charges.add(at(-apart), at(-apart), c(2))
  charges.add(at(apart), at(apart), c(4))
  charges.add(at(apart + 1), at(apart + 1), c(8))
  expect(charges.since(NOON)).toEqual({ after: 8, unsure: 6 })
})

test('what ended before it was opened, by a clock that was set back, may have been charged at either', () => {
  const charges = new Charges()
  charges.add(at(60), at(-60), c(5))
  expect(charges.since(at(0))).toEqual({ after: 5, unsure: 0 })
  expect(charges.since(at(50))).toEqual({ after: 0, unsure: 5 })
})

test('later balances still find what they ask for', () => {
  const charges = new Charges()
  for (let second = 0; second < 100; second++) charges.add(at(second), at(second), c(1))
  expect(charges.since(at(20)).after).toBe(69)
  expect(charges.since(at(20)).after).toBe(69)
  expect(charges.since(at(60)).after).toBe(29)
})

import { expect, test } from 'vitest'
import { ManualClock } from '../../../test/support/simulator/manual-clock.ts'
import { Account } from './account.ts'
import { Bill } from './bill.ts'
import { toMicro } from './micro-credits.ts'

function opened({ allotment = 10, remaining }: { allotment?: number; remaining?: number } = {}) {
  const clock = new ManualClock(1_000)
  const bill = new Bill()
  const account = new Account(bill, clock, allotment, remaining ?? allotment)
  const charge = (credits: number) =>
    account.charge({ micro: toMicro(credits), records: ['a'], idempotencyKey: undefined })
  return { clock, bill, account, charge }
}

test('decimals add up exactly', () => {
  const { account, charge, bill } = opened({ allotment: 1 })
  for (let i = 0; i < 10; i++) expect(charge(0.1)).toBe(true)
  expect(account.remaining).toBe(0)
  expect(bill.totals().lookupCredits).toBe(1)
  expect(charge(0.000001)).toBe(false)
})

test('a charge for more than is left takes nothing', () => {
  const { account, charge, bill } = opened({ remaining: 0.5 })
  expect(charge(0.6)).toBe(false)
  expect(account.remaining).toBe(0.5)
  expect(bill.entries()).toEqual([])
})

test('what costs nothing is not on the bill', () => {
  const { charge, bill } = opened()
  expect(charge(0)).toBe(true)
  expect(bill.entries()).toEqual([])
})

test('outside spending takes what is left, at most', () => {
  const { account, bill } = opened({ remaining: 3 })
  expect(account.spendOutside(2, 'sales')).toBe(2)
  expect(account.spendOutside(2)).toBe(1)
  expect(account.spendOutside(2)).toBe(0)
  expect(bill.entries()).toMatchObject([
    { kind: 'outside', credits: 2, remaining: 1, note: 'sales' },
    { kind: 'outside', credits: 1, remaining: 0 },
  ])
})

test('a reset gives the allotment back, and the bill says what expired', () => {
  const { account, charge, bill } = opened({ allotment: 10 })
  charge(4)
  account.reset()
  expect(account.remaining).toBe(10)
  expect(bill.entries(2)).toMatchObject([{ kind: 'reset', credits: 6, remaining: 10, at: 1_000 }])
})

test('a reset that is due has happened for whoever looks, at its own instant, and once', () => {
  const { account, charge, bill, clock } = opened({ allotment: 10 })
  account.configure(20, 5_000)
  charge(4)
  clock.advance(3_999)
  expect([account.remaining, account.resetAt]).toEqual([6, 5_000])
  clock.advance(2_001)
  expect(charge(15)).toBe(true)
  expect([account.remaining, account.resetAt]).toEqual([5, null])
  expect(bill.entries(2).map(({ kind, at }) => [kind, at])).toEqual([
    ['reset', 5_000],
    ['lookup', 7_000],
  ])
})

test('a top-up adds credits, and a reset after it goes back to the allotment all the same', () => {
  const { account, bill } = opened({ allotment: 10 })
  account.topUp(2.5)
  expect(account.remaining).toBe(12.5)
  account.reset()
  expect(account.remaining).toBe(10)
  expect(bill.totals()).toMatchObject({ toppedUpCredits: 2.5, expiredCredits: 12.5 })
})

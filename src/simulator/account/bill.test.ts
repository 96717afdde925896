import { expect, test } from 'vitest'
import { inTier } from '../../../test/support/tier.ts'
import { Bill } from './bill.ts'
import { toMicro } from './micro-credits.ts'

function billOf(...charges: { records: string[]; credits: number; idempotencyKey?: string }[]): Bill {
  const bill = new Bill()
  for (const { credits, ...charge } of charges) {
    bill.add({ kind: 'lookup', micro: toMicro(credits), remainingMicro: 0, at: 5, ...charge })
  }
  return bill
}

test('an entry says which call, which records, how much, when, and what was left', () => {
  const bill = new Bill()
  bill.add({ kind: 'lookup', micro: 1_500_000, remainingMicro: 8_500_000, at: 5, records: ['a'], idempotencyKey: 'k' })
  bill.add({ kind: 'outside', micro: 500_000, remainingMicro: 8_000_000, at: 6, note: 'the sales team' })
  expect(bill.entries()).toEqual([
    { seq: 1, kind: 'lookup', callId: 'k', idempotencyKey: 'k', records: ['a'], credits: 1.5, remaining: 8.5, at: 5 },
    {
      seq: 2,
      kind: 'outside',
      callId: 'call-2',
      records: [],
      credits: 0.5,
      remaining: 8,
      at: 6,
      note: 'the sales team',
    },
  ])
})

test('totals tell lookups from other spending, and count records charged more than once', () => {
  const bill = billOf(
    { records: ['a', 'b'], credits: 2 },
    { records: ['a'], credits: 0.1 },
    { records: ['a'], credits: 0.2 },
  )
  bill.add({ kind: 'outside', micro: toMicro(7), remainingMicro: 0, at: 5 })
  bill.add({ kind: 'topup', micro: toMicro(9), remainingMicro: 0, at: 5 })
  bill.add({ kind: 'reset', micro: toMicro(3), remainingMicro: 0, at: 5 })
  expect(bill.totals()).toEqual({
    charges: 3,
    lookupCredits: 2.3,
    outsideCredits: 7,
    toppedUpCredits: 9,
    expiredCredits: 3,
    distinctRecords: 2,
    mostChargesOfARecord: 3,
    recordsChargedMoreThanOnce: 1,
    lastSeq: 6,
  })
  expect([bill.chargesOf('a'), bill.chargesOf('b'), bill.chargesOf('c')]).toEqual([3, 1, 0])
  expect([...bill.chargesByRecord()]).toEqual([
    ['a', 3],
    ['b', 1],
  ])
})

test('entries can be had from a number on, so many at a time', () => {
  const bill = billOf(...Array.from({ length: 10 }, (_, i) => ({ records: [`r${i}`], credits: 1 })))
  const seqs = (from?: number, limit?: number) => bill.entries(from, limit).map(({ seq }) => seq)
  expect(seqs(8)).toEqual([8, 9, 10])
  expect(seqs(3, 2)).toEqual([3, 4])
  expect(seqs(11)).toEqual([])
  expect(seqs(0, 1)).toEqual([1])
})

test('a forgotten bill is empty, and its numbers go on', () => {
  const bill = billOf({ records: ['a'], credits: 1 }, { records: ['a'], credits: 1 })
  bill.forget()
  expect(bill.totals()).toMatchObject({ charges: 0, lookupCredits: 0, distinctRecords: 0, lastSeq: 2 })
  bill.add({ kind: 'lookup', micro: 1, remainingMicro: 0, at: 5, records: ['a'] })
  expect(bill.entries().map(({ seq }) => seq)).toEqual([3])
  expect(bill.chargesOf('a')).toBe(1)
})

test('the balance of so many entries ago can be told', () => {
  const bill = new Bill()
  for (const remainingMicro of [9, 8, 7]) bill.add({ kind: 'lookup', micro: 1, remainingMicro, at: 5 })
  expect([0, 1, 2, 3].map((ago) => bill.remainingMicroAgo(ago))).toEqual([7, 8, 9, undefined])
})

test('charges, a million in the full tier, are cheap to add, to sum and to page', () => {
  const bill = new Bill()
  const all = inTier(100_000, 1_000_000)
  for (let i = 0; i < all; i++) {
    bill.add({ kind: 'lookup', micro: 100_000, remainingMicro: 0, at: i, records: [`r${i % (0.9 * all)}`] })
  }
  const startedAt = performance.now()
  expect(bill.totals()).toMatchObject({
    lookupCredits: 0.1 * all,
    distinctRecords: 0.9 * all,
    recordsChargedMoreThanOnce: 0.1 * all,
  })
  expect(bill.entries(all - 1)).toHaveLength(2)
  expect(performance.now() - startedAt).toBeLessThan(50)
})

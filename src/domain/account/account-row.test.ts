import { expect, test } from 'vitest'
import { type AccountRow, byLoss, UNKNOWN } from './account-row.ts'

const row = (account: string, more: Partial<AccountRow> = {}): AccountRow => {
  return { ...UNKNOWN, account, vendor: null, state: 'waiting', why: '', ...more }
}

test('what would be lost first, then who needs a person, then what could be lost, then by name', () => {
  const rows = [
    row('b'),
    row('a'),
    row('rich', { atStake: 0, spendable: 500 }),
    row('wrong', { state: 'wrong' }),
    row('little', { atStake: 3 }),
    row('much', { atStake: 30 }),
  ]
  const sorted = ['much', 'little', 'wrong', 'rich', 'a', 'b']
  expect(rows.toSorted(byLoss).map(({ account }) => account)).toEqual(sorted)
  expect(
    rows
      .toReversed()
      .toSorted(byLoss)
      .map(({ account }) => account),
  ).toEqual(sorted)
})

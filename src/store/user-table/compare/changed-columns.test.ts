import { describe, expect, test } from 'vitest'
import { PEOPLE, SQLITE_PEOPLE } from '../../../../test/support/store/test-tables.ts'
import type { UserTable } from '../user-table.ts'
import { encodeValues } from '../values/encode-values.ts'
import { changedColumns } from './changed-columns.ts'

/** What a record held, as it is read, and what the vendor's data says. */
function changed(column: string, before: unknown, after: unknown, table: UserTable = PEOPLE): boolean {
  const encoded = encodeValues(table, { [column]: after })
  if ('problem' in encoded) throw new Error(encoded.problem)
  return changedColumns(table, { id: 1, [column]: before }, encoded.values).includes(column)
}

describe('what differs from what the record held', () => {
  test.each([
    ['country', 'US', 'US', false],
    ['country', 'US', 'us', true],
    ['country', null, null, false],
    ['country', null, 'US', true],
    ['country', 'US', null, true],
    ['small', 5, '5', false],
    ['small', 5, 6, true],
    ['price', '1.50', 1.5, false],
    ['price', '1.50', '1.51', true],
    ['price', '100', '100.00', false],
    ['data', { a: 1, b: { d: [1, 2], c: null } }, { b: { c: null, d: [1, 2] }, a: 1 }, false],
    ['data', { a: [1, 2] }, { a: [2, 1] }, true],
    ['tags', ['a', 'b'], ['a', 'b'], false],
    ['tags', ['a', 'b'], ['b', 'a'], true],
    ['refreshed_at', new Date('2026-01-02T03:04:05Z'), '2026-01-02T03:04:05Z', false],
    ['refreshed_at', new Date('2026-01-02T03:04:05Z'), '2026-01-02T03:04:06Z', true],
  ])('%s: %j and %j', (column, before, after, differs) => {
    expect(changed(column, before, after)).toBe(differs)
  })

  test('a column that the data does not name has not changed', () => {
    expect(changedColumns(SQLITE_PEOPLE, { id: 1, country: 'US' }, {})).toEqual([])
  })
})

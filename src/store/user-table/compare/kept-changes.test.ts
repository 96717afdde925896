import { expect, test } from 'vitest'
import { PEOPLE } from '../../../../test/support/store/test-tables.ts'
import { encodeValues } from '../values/encode-values.ts'
import { keptChanges } from './changed-columns.ts'

/** What is kept of a column that held one value and got another. */
function kept(column: string, before: unknown, after: unknown) {
  const encoded = encodeValues(PEOPLE, { [column]: after })
  if ('problem' in encoded) throw new Error(encoded.problem)
  return keptChanges(PEOPLE, { id: 1, [column]: before }, encoded.values, [column])[column]
}

test.each([
  ['country', 'US', 'DE', ['US', 'DE']],
  ['country', null, 'DE', [null, 'DE']],
  ['country', 'US', null, ['US', null]],
  ['price', '1.50', 2.5, ['1.50', '2.5']],
  ['data', { a: 1 }, { a: [2] }, ['{"a":1}', '{"a":[2]}']],
  ['refreshed_at', new Date('2026-01-02T03:04:05Z'), '2026-01-03T00:00:00Z', [/^2026-01-02.03:04:05/, /^2026-01-03/]],
])('of %s, from %j to %j, both are kept as text', (column, before, after, [was, is]) => {
  const [one, two] = kept(column, before, after) ?? []
  for (const [text, expected] of [
    [one, was],
    [two, is],
  ] as const)
    expect(text).toEqual(expected instanceof RegExp ? expect.stringMatching(expected) : expected)
})

test('what is long is cut, and not through a character', () => {
  const [, after] = kept('country', 'US', `${'x'.repeat(498)}😀${'y'.repeat(600)}`) ?? []
  expect(after).toBe(`${'x'.repeat(498)}…`)
  expect(kept('country', 'x'.repeat(500), 'y')?.[0]).toHaveLength(500)
})

test('only columns that changed are kept', () => {
  expect(keptChanges(PEOPLE, { id: 1, country: 'US' }, { country: 'DE' }, [])).toEqual({})
})

import { expect, test } from 'vitest'
import type { ImportTarget } from './describe-target.ts'
import { waves } from './waves.ts'

/** Of a target, only the roles of its columns matter: a key, and a value. */
const target = { columns: [{ role: 'key' }, { role: 'value' }] } as unknown as ImportTarget
const wavesOf = (...keys: string[]) =>
  waves(
    target,
    keys.map((key, line) => ({ line, text: key, values: [key, String(line)] })),
  ).map((wave) => wave.map(({ values: [key] }) => key))

// https://www.postgresql.org/docs/current/citext.html: equal where lower() is; lower() of the capital sharp s is the small one.
test.each([
  ['capitals', 'ANN@x', 'ann@X'],
  ['capital sharp s', 'STRAẞE', 'straße'],
  ['blanks at the end', 'ann', 'ann  '],
  ['accents', 'José', 'Jose'],
])('keys that a database may take for equal come in different waves: %s', (_, one, other) => {
  expect(wavesOf(one, 'another', other)).toEqual([[one, 'another'], [other]])
})

test('keys that none takes for equal come in one wave', () => {
  expect(wavesOf('a', 'b', 'c')).toEqual([['a', 'b', 'c']])
})

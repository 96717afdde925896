import { describe, expect, it } from 'vitest'
import { PEOPLE, SQLITE_PEOPLE } from '../../../../test/support/store/test-tables.ts'
import type { UserTable } from '../user-table.ts'
import { encodeValues } from './encode-values.ts'

function textOf(column: string, value: unknown, table: UserTable = PEOPLE): string | null {
  const encoded = encodeValues(table, { [column]: value })
  if ('problem' in encoded) throw new Error(encoded.problem)
  return encoded.values[column] as string | null
}

function problemOf(column: string, value: unknown, table: UserTable = PEOPLE): string | undefined {
  const encoded = encodeValues(table, { [column]: value })
  return 'problem' in encoded ? encoded.problem : undefined
}

const circular: Record<string, unknown> = {}
circular.self = circular

describe('encodeValues', () => {
  it('leaves a column alone whose value is undefined', () => {
    expect(encodeValues(PEOPLE, { country: undefined, small: 1 })).toEqual({
      values: { small: '1' },
      bytes: 6,
    })
  })

  it('writes null as NULL, where the column takes it', () => {
    for (const column of ['country', 'data', 'tags', 'refreshed_at']) expect(textOf(column, null)).toBeNull()
    expect(problemOf('must', null)).toBe('column "must" holds text; found null, which the column does not take')
  })

  it('says what the column holds and what kind of value was found, never the value', () => {
    expect(problemOf('small', 'secret words')).toBe(
      'column "small" holds whole numbers from -32768 to 32767; found text that is not a number',
    )
    expect(problemOf('code', 'secret')).toBe(
      'column "code" holds text of at most 3 characters; found text of 6 characters',
    )
    expect(problemOf('mood', 'secret')).toBe('column "mood" holds "sad", "ok"; found text that is none of these')
    expect(problemOf('marks', [1, 'secret'])).toBe(
      'column "marks" holds lists of whole numbers from -2147483648 to 2147483647; found text that is not a number at place 2 of the list',
    )
    expect(problemOf('nope', 1)).toBe('the table has no column "nope"')
  })
})

describe('what each kind of column takes', () => {
  it.each([
    ['small', 5, '5'],
    ['small', -32768, '-32768'],
    ['small', ' 42 ', '42'],
    ['small', '42.0', '42'],
    ['small', 42n, '42'],
    ['small', -0, '0'],
    ['big', '9223372036854775807', '9223372036854775807'],
    ['big', 9007199254740993n, '9007199254740993'],
    ['price', 12.345, '12.345'],
    ['price', '0012.30', '0012.30'],
    ['price', '9999.994', '9999.994'],
    ['price', 1e-7, '1e-7'],
    ['price', 12n, '12'],
    ['price', '-.5', '-.5'],
    ['score', '1e3', '1000'],
    ['score', 0.1, '0.1'],
    ['ratio', 1e-60, '0'],
    ['active', true, 'true'],
    ['active', 0, 'false'],
    ['active', 'Yes', 'true'],
    ['country', 'Ünïcode \u{1f600}', 'Ünïcode \u{1f600}'],
    ['country', 5, '5'],
    ['country', false, 'false'],
    ['country', 12n, '12'],
    ['country', new Date(0), '1970-01-01T00:00:00.000Z'],
    ['country', { a: [1, null] }, '{"a":[1,null]}'],
    ['country', ['a', 'b'], '["a","b"]'],
    ['country', '', ''],
    ['code', '\u{1f600}\u{1f600}\u{1f600}', '\u{1f600}\u{1f600}\u{1f600}'],
    ['uid', '550E8400E29B41D4A716446655440000', '550e8400-e29b-41d4-a716-446655440000'],
    ['data', { b: 1, a: { c: null } }, '{"b":1,"a":{"c":null}}'],
    ['data', 'text', '"text"'],
    ['data', [], '[]'],
    ['data', 0, '0'],
    ['data', new Date(0), '"1970-01-01T00:00:00.000Z"'],
    ['data', { path: 'C:\\u0000' }, '{"path":"C:\\\\u0000"}'],
    ['refreshed_at', new Date(0), '1970-01-01T00:00:00.000000Z'],
    ['refreshed_at', '2026-01-01T00:00:00.123456+02:00', '2025-12-31T22:00:00.123456Z'],
    ['refreshed_at', 1767225600000, '2026-01-01T00:00:00.000000Z'],
    ['seen', '2026-01-01', '2026-01-01T00:00:00.000000'],
    ['born', '1990-05-01', '1990-05-01'],
    ['born', new Date('1990-05-01T23:00:00Z'), '1990-05-01'],
    ['born', '1990-05-01T00:00:00+02:00', '1990-05-01'],
    ['wakes', '10:30', '10:30'],
    ['mood', 'ok', 'ok'],
    ['tags', ['a', 'b"\\', null, 'NULL', ''], '{"a","b\\"\\\\",NULL,"NULL",""}'],
    ['tags', [], '{}'],
    ['marks', [1, '2'], '{"1","2"}'],
  ])('%s takes %o', (column, value, text) => {
    expect(textOf(column, value)).toBe(text)
  })

  it.each([
    ['small', 32768],
    ['small', 1.5],
    ['small', '1.5'],
    ['small', ''],
    ['small', true],
    ['small', new Date(0)],
    ['small', Number.NaN],
    ['small', '9'.repeat(100_000)],
    ['big', 2 ** 60],
    ['big', '9223372036854775808'],
    ['price', 10_000],
    ['price', '9999.995'],
    ['price', 'NaN'],
    ['price', '1e9999'],
    ['price', '0x10'],
    ['price', '.'],
    ['price', Number.POSITIVE_INFINITY],
    ['score', 'abc'],
    ['score', Number.NEGATIVE_INFINITY],
    ['score', '1e999'],
    ['ratio', 1e39],
    ['active', 2],
    ['active', 'maybe'],
    ['country', 'a\0b'],
    ['country', 'half \ud83d'],
    ['country', Number.NaN],
    ['country', new Date(Number.NaN)],
    ['country', Symbol('x')],
    ['country', () => 1],
    ['country', Buffer.from('x')],
    ['country', circular],
    ['country', Promise.resolve('later')],
    ['country', new Map([['a', 1]])],
    ['code', 'abcd'],
    ['code', '\u{1f600}\u{1f600}\u{1f600}\u{1f600}'],
    ['uid', 'not-a-uuid'],
    ['uid', 5],
    ['data', Number.NaN],
    ['data', 1n],
    ['data', circular],
    ['data', Promise.resolve({})],
    ['data', new Set([1])],
    ['data', { a: 'x\0' }],
    ['data', { 'k\ud800': 1 }],
    ['data', '\\\0'],
    ['data', new Uint8Array(2)],
    ['refreshed_at', 'yesterday'],
    ['refreshed_at', '2026-02-30'],
    ['refreshed_at', new Date(Number.NaN)],
    ['refreshed_at', 1e18],
    ['refreshed_at', true],
    ['born', '1990'],
    ['born', '1990-02-30'],
    ['born', new Date(Number.NaN)],
    ['wakes', '25:00'],
    ['wakes', new Date(0)],
    ['mood', 'angry'],
    ['mood', 1],
    ['tags', 'a,b'],
    ['tags', [['a']]],
    ['tags', ['a\0']],
    ['marks', [1.5]],
    ['photo', Buffer.from('x')],
    ['address', '127.0.0.1'],
  ])('%s does not take %o', (column, value) => {
    expect(problemOf(column, value)).toMatch(new RegExp(`^column "${column}" holds .+; found .+`))
  })
})

describe('SQLite', () => {
  it.each([
    ['id', true, '1'],
    ['id', '9223372036854775807', '9223372036854775807'],
    ['refreshed_at', new Date(5), '5'],
    ['price', '1234567.891', '1234567.891'],
    ['active', false, '0'],
    ['code', 'longer than three', 'longer than three'],
    ['uid', '550E8400-E29B-41D4-A716-446655440000', '550E8400-E29B-41D4-A716-446655440000'],
    ['data', { a: 'x\0' }, '{"a":"x\\u0000"}'],
    ['seen', new Date(0), '1970-01-01T00:00:00.000Z'],
    ['seen', '2026-01-01T02:00:00.123456+02:00', '2026-01-01T00:00:00.123Z'],
  ])('takes for %s %j', (column, value, text) => {
    expect(textOf(column, value, SQLITE_PEOPLE)).toBe(text)
  })

  it.each([
    ['id', 'abc'],
    ['id', 1.5],
    ['price', 'abc'],
    ['price', '1e999'],
    ['country', 'a\0'],
    ['seen', 'abc'],
    ['data', '\ud800'],
  ])('does not take for %s %j', (column, value) => {
    expect(problemOf(column, value, SQLITE_PEOPLE)).toBeDefined()
  })
})

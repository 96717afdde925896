import { describe, expect, it } from 'vitest'
import { column, sqliteColumn, tableOf } from '../../../../test/support/store/test-tables.ts'
import { inTier } from '../../../../test/support/tier.ts'
import type { Column } from '../user-table.ts'
import { parseKeys } from './parse-keys.ts'

const parse = (key: Column, texts: Iterable<string>, dialect: 'sqlite' | 'postgresql' = 'postgresql') =>
  parseKeys(texts, tableOf(dialect, [key]), '--ids-file')
const keysOf = (...args: Parameters<typeof parse>) => {
  const parsed = parse(...args)
  return 'keys' in parsed ? parsed.keys : parsed.problems
}
const integer = column('id', 'integer', 'integer')

describe('parseKeys', () => {
  it('writes each key as the database prints it', () => {
    expect(keysOf(integer, ['007', '+7', ' 42 ', '-3', '0', '-0'])).toEqual(['7', '42', '-3', '0'])
    expect(keysOf(column('id', 'bigint'), ['9223372036854775807', '0000000000000000000000012'])).toEqual([
      '9223372036854775807',
      '12',
    ])
    const uuid = '550e8400-e29b-41d4-a716-446655440000'
    expect(keysOf(column('id', 'uuid'), [uuid.toUpperCase(), uuid.replaceAll('-', ''), `{${uuid}}`])).toEqual([uuid])
    expect(keysOf(column('id', 'text'), ['Jane', ' jane ', '007'])).toEqual(['Jane', ' jane ', '007'])
    expect(keysOf(column('id', 'text', 'bpchar', { maxLength: 5 }), ['ab   '])).toEqual(['ab'])
  })

  it('keeps a UUID of SQLite, where it is but text, as it is written', () => {
    expect(keysOf(sqliteColumn('id', 'UUID'), ['550E8400-E29B-41D4-A716-446655440000'], 'sqlite')).toEqual([
      '550E8400-E29B-41D4-A716-446655440000',
    ])
  })

  it('drops empty lines and repetitions, and keeps the order', () => {
    expect(keysOf(integer, ['3', '', '1', '3\r', '   ', '\r', '2'])).toEqual(['3', '1', '2'])
    expect(keysOf(integer, [])).toEqual([])
  })

  it('shows the first bad lines by number and counts the rest', () => {
    const lines = ['1', 'x', '2147483648', '1.5', '', 'DROP TABLE people', 'a\0', 'b', 'c']
    const found = keysOf(integer, lines) as { path: string; found: string }[]
    expect(found.map(({ path }) => path)).toEqual(
      [2, 3, 4, 6, 7].map((line) => `--ids-file:${line}`).concat('--ids-file'),
    )
    expect(found.at(-1)?.found).toBe('2 more lines that are no key')
  })

  it('refuses texts that no key can be', () => {
    expect(parse(column('id', 'text'), ['a\0b', 'half \udc00'])).toMatchObject({ problems: [{}, {}] })
    expect(parse(column('id', 'text', 'character varying', { maxLength: 3 }), ['abcd'])).toMatchObject({
      problems: [{}],
    })
  })

  it('reads very many without delay, a million in the full tier', () => {
    const many = inTier(100_000, 1_000_000)
    const lines = Array.from({ length: many }, (_, i) => i + 5)
      .join('\n')
      .split('\n')
    const keys = keysOf(integer, lines)
    expect(keys).toHaveLength(many)
  })
})

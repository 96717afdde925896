import { expect, test } from 'vitest'
import { type MappedColumn, rowMapper, type Source } from './row-mapper.ts'

function column(name: string, source: Source, changes: Partial<MappedColumn> = {}): MappedColumn {
  const encode = (value: unknown) => (value === 'bad' ? { problem: 'no good' } : { text: String(value) })
  return { name, source, key: false, nullable: true, inexact: false, encode, ...changes }
}

const key = column('email', 'Email', { key: true })
const json = { csv: false, empty: 'keep' } as const

test('values come from paths and functions, in the order of the columns', () => {
  const map = rowMapper([key, column('city', 'address.city'), column('n', (line: { n: number }) => line.n * 2)], json)
  expect(map({ Email: 'a@x', address: { city: 'Bonn' }, n: 4 })).toEqual({ values: ['a@x', 'Bonn', '8'] })
  expect(map({ Email: 'a@x', address: 'none', n: 1 })).toEqual({ values: ['a@x', undefined, '2'] })
})

test('a path finds only what the line itself has', () => {
  const map = rowMapper([key, column('x', 'constructor'), column('y', 'a.toString')], json)
  expect(map({ Email: 'a@x', a: {} })).toEqual({ values: ['a@x', undefined, undefined] })
})

test('null and empty text say nothing, unless they are to be written', () => {
  const columns = [key, column('a', 'a'), column('b', 'b'), column('c', 'c')]
  const line = { Email: 'a@x', a: null, b: '' }
  expect(rowMapper(columns, json)(line)).toEqual({ values: ['a@x', undefined, undefined, undefined] })
  expect(rowMapper(columns, { csv: false, empty: 'write' })(line)).toEqual({ values: ['a@x', null, '', undefined] })
  expect(rowMapper(columns, { csv: true, empty: 'write' })(line)).toEqual({ values: ['a@x', null, null, undefined] })
})

test.each([
  ['no key', { a: 1 }, 'it has no key: no "email"'],
  ['an empty key', { Email: '' }, 'it has no key: no "email"'],
  ['a value that the column cannot hold', { Email: 'a@x', a: 'bad' }, 'no good'],
  [
    'digits lost in parsing',
    { Email: 'a@x', a: 2 ** 60 },
    'column "a": a number too large to be exact; write it as text',
  ],
  ['a function that throws', { Email: 'a@x', b: 1 }, 'records.import.columns.b threw: oh'],
])('a line with %s is rejected', (_name, line, problem) => {
  const throws = (data: { b?: number }) => {
    if (data.b !== undefined) throw new Error('oh')
  }
  expect(rowMapper([key, column('a', 'a'), column('b', throws)], json)(line)).toEqual({ problem })
})

test('NULL for a column that takes none is told, and a CSV name is no path', () => {
  const columns = [key, column('a', 'a.b', { nullable: false })]
  expect(rowMapper(columns, { csv: false, empty: 'write' })({ Email: 'x', a: { b: null } })).toEqual({
    problem: 'column "a" takes no NULL',
  })
  expect(rowMapper(columns, { csv: true, empty: 'keep' })({ Email: 'x', 'a.b': '7' })).toEqual({ values: ['x', '7'] })
})

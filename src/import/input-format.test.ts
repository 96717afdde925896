import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { inputFormat, textOf, unreadableText } from './input-format.ts'

test('a file is what it is asked to be, else what its name says, else what it begins with', () => {
  expect(inputFormat({}, 'people.jsonl', 'a,b')).toEqual({ kind: 'jsonl' })
  expect(inputFormat({}, 'PEOPLE.CSV.gz', '{')).toEqual({ kind: 'csv', delimiter: ',' })
  expect(inputFormat({}, 'people.tsv', '')).toEqual({ kind: 'csv', delimiter: '\t' })
  expect(inputFormat({}, 'people.dat', ' {"a":1}')).toEqual({ kind: 'jsonl' })
  expect(inputFormat({}, '-', 'Email,Name')).toEqual({ kind: 'csv', delimiter: ',' })
  expect(inputFormat({ format: 'csv' }, 'people.jsonl', '{')).toEqual({ kind: 'csv', delimiter: ',' })
  expect(inputFormat({ format: 'jsonl' }, 'people.csv', 'a,b')).toEqual({ kind: 'jsonl' })
  expect(inputFormat({ delimiter: ';' }, 'people.tsv', '')).toEqual({ kind: 'csv', delimiter: ';' })
})

test.each([
  ['UTF-16', Buffer.from('\ufeffEmail', 'utf16le'), 'UTF-16'],
  ['a spreadsheet', Buffer.from('PK\x03\x04…', 'latin1'), 'zip'],
  ['zstd', Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0]), 'zstd'],
  ['gzip twice', gzipSync('x'), 'gzip within gzip'],
  ['a JSON list', Buffer.from('\ufeff [\n{"a":1}]'), 'one JSON list'],
])('%s is told, and what to do', (_name, head, words) => {
  expect(unreadableText(head, { kind: 'jsonl' })).toContain(words)
})

test('what can be read has no obstacle, and a byte order mark is not part of it', () => {
  expect(unreadableText(Buffer.from('\ufeff{"a":1}'), { kind: 'jsonl' })).toBeNull()
  expect(unreadableText(Buffer.from('[x],b'), { kind: 'csv', delimiter: ',' })).toBeNull()
  expect(textOf(Buffer.from('\ufeffabc'), 64)).toBe('abc')
})

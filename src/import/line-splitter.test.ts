import fc from 'fast-check'
import { expect, test } from 'vitest'
import { csvRecordEnd } from './csv-fields.ts'
import { type FileLine, type FindEnd, LineSplitter } from './line-splitter.ts'

const START = { byte: 0, line: 1 }

function split(bytes: Buffer, sizes: readonly number[] = [], findEnd?: FindEnd, longest?: number): FileLine[] {
  const splitter = new LineSplitter(START, findEnd, longest)
  const lines: FileLine[] = []
  let at = 0
  for (const size of sizes) {
    lines.push(...splitter.push(Buffer.from(bytes.subarray(at, at + size))))
    at += size
  }
  lines.push(...splitter.push(Buffer.from(bytes.subarray(at))))
  return [...lines, ...splitter.end()]
}

const texts = (lines: readonly FileLine[]) => lines.map(({ line, text }) => [line, text])

test('lines end with LF or CRLF, the last one with nothing', () => {
  const lines = split(Buffer.from('a\nb\r\n\nc\rd'))
  expect(texts(lines)).toEqual([
    [1, 'a'],
    [2, 'b'],
    [3, ''],
    [4, 'c\rd'],
  ])
  expect(lines.map(({ next }) => next.byte)).toEqual([2, 5, 6, 9])
  expect(split(Buffer.from(''))).toEqual([])
})

const PIECES = ['a', 'é', '人', '"', ',', '\n', '\r\n', 'long text', '""', ';']

test.each([
  ['lines', undefined],
  ['CSV records', csvRecordEnd(',')],
])('%s are the same however the bytes arrive, and go on from any place between two', (_name, findEnd) => {
  const text = fc.array(fc.constantFrom(...PIECES), { maxLength: 60 }).map((all) => all.join(''))
  fc.assert(
    fc.property(text, fc.array(fc.nat(12), { maxLength: 12 }), fc.nat(), (all, sizes, pick) => {
      const bytes = Buffer.from(all)
      const whole = split(bytes, [], findEnd, 40)
      expect(split(bytes, sizes, findEnd, 40)).toEqual(whole)
      const from = whole[pick % Math.max(1, whole.length)]
      if (from === undefined) return
      const rest = new LineSplitter(from.next, findEnd, 40)
      const lines = [...rest.push(bytes.subarray(from.next.byte)), ...rest.end()]
      expect(lines).toEqual(whole.slice(whole.indexOf(from) + 1))
    }),
    { numRuns: 500 },
  )
})

test('every byte belongs to one line', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (array) => {
      const lines = split(Buffer.from(array), [3, 50], csvRecordEnd(','), 20)
      expect(lines.at(-1)?.next.byte ?? 0).toBe(array.length)
      expect(lines.every(({ next }, at) => next.line === (lines[at + 1]?.line ?? next.line))).toBe(true)
    }),
  )
})

test('a line that is too long is told with its beginning, and those after it are read', () => {
  const bytes = Buffer.from(`${'x'.repeat(5_000)}\nnext\n${'y'.repeat(3_000)}`)
  for (const sizes of [[], [100, 100, 4_000], [5_000], [5_001], [4_999, 1, 1]]) {
    const lines = split(bytes, sizes, undefined, 2_000)
    expect(lines.map(({ line, problem }) => [line, problem])).toEqual([
      [1, 'it is longer than 2000 bytes'],
      [2, null],
      [3, 'it is longer than 2000 bytes'],
    ])
    expect(lines[0]?.text).toBe('x'.repeat(1_000))
    expect(lines.at(-1)?.next.byte).toBe(bytes.length)
  }
})

test('what is not UTF-8 is told, and spoils no other line', () => {
  const bytes = Buffer.concat([
    Buffer.from('fine é\n'),
    Buffer.from([0x61, 0xff, 0x62, 0x0a]),
    Buffer.from('also fine'),
  ])
  expect(split(bytes).map(({ problem }) => problem)).toEqual([null, 'it is not valid UTF-8', null])
})

test('a CSV record may hold line breaks within quotes', () => {
  const lines = split(Buffer.from('a,"b\nc ""d""\n",e\r\nf,g\n'), [6, 3], csvRecordEnd(','))
  expect(texts(lines)).toEqual([
    [1, 'a,"b\nc ""d""\n",e'],
    [4, 'f,g'],
  ])
})

test('a quote that is never closed costs its own line, and no other', () => {
  const lines = split(Buffer.from('a,b\n"c,d\ne,f\ng,h\n'), [], csvRecordEnd(','))
  expect(lines.map(({ line, text, problem }) => [line, text, problem])).toEqual([
    [1, 'a,b', null],
    [2, '"c,d', 'a quote that it opens is not closed'],
    [3, 'e,f', null],
    [4, 'g,h', null],
  ])
})

test('a quote in the middle of a field opens nothing', () => {
  expect(texts(split(Buffer.from('5" disk,b\nc,d\n'), [], csvRecordEnd(',')))).toEqual([
    [1, '5" disk,b'],
    [2, 'c,d'],
  ])
})

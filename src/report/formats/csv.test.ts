import { parse } from 'csv-parse/sync'
import { expect, test } from 'vitest'
import { csvCell, csvLines, type ItemRow } from './csv.ts'

const CELLS: [string | number | null, string][] = [
  ['plain', 'plain'],
  [null, ''],
  [12, '12'],
  ['-5', '-5'],
  ['-5.25', '-5.25'],
  ['=1+1', "'=1+1"],
  ['=cmd|"/c calc"!A0', '"\'=cmd|""/c calc""!A0"'],
  ['+49 30', "'+49 30"],
  ['-5+cmd', "'-5+cmd"],
  ['@SUM(A1)', "'@SUM(A1)"],
  ['\t=1', '"\'\t=1"'],
  ['\r=1', '"\'\r=1"'],
  ['＝1', "'＝1"],
  ['a,b', '"a,b"'],
  ['a "b"\nc', '"a ""b""\nc"'],
  [' spaced ', '" spaced "'],
]

test.each(CELLS)('%j is text in any spreadsheet', (value, cell) => {
  expect(csvCell(value)).toBe(cell)
})

const item: ItemRow = {
  seq: 1,
  key: '7',
  state: 'refreshed',
  attempts: 1,
  reason: null,
  selectedAt: '2026-01-01T00:00:00Z',
  changes: null,
}

async function linesOf(pages: readonly (readonly ItemRow[])[], columns: readonly string[]): Promise<string> {
  async function* all() {
    yield* pages
  }
  let text = ''
  for await (const line of csvLines(all(), columns)) text += line
  return text
}

test('every item is one line, however many pages, and hostile text stays in its cell', async () => {
  const failed: ItemRow = { ...item, seq: 2, key: 'a"b', state: 'failed', reason: 'no,\n"it" =1', selectedAt: null }
  expect(parse(await linesOf([[item], [failed]], []))).toEqual([
    ['seq', 'key', 'outcome', 'reason', 'attempts', 'last refreshed'],
    ['1', '7', 'refreshed', '', '1', '2026-01-01T00:00:00Z'],
    ['2', 'a"b', 'failed', 'no,\n"it" =1', '1', ''],
  ])
})

test('where values are kept, each changed column has what it was and what it became', async () => {
  const changed = { ...item, changes: { title: ['CEO', '=CTO'], note: [null, 'x'] } as const }
  const [head, one, two] = parse(
    await linesOf([[changed, { ...item, seq: 2 }]], ['note', 'title', '__proto__']),
  ) as string[][]
  expect(head?.slice(6)).toEqual([
    'note before',
    'note after',
    'title before',
    'title after',
    '__proto__ before',
    '__proto__ after',
  ])
  expect(one?.slice(6)).toEqual(['', 'x', 'CEO', "'=CTO", '', ''])
  expect(two?.slice(6)).toEqual(['', '', '', '', '', ''])
})

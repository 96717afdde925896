import fc from 'fast-check'
import stringWidth from 'string-width'
import { expect, test } from 'vitest'
import type { ImportState } from '../../import/ports.ts'
import { importFrame, reached } from './import-display.ts'

function stateOf(read: number, position: number, size: number | null = 1_000, rejected = 0): ImportState {
  const counts = { read, inserted: read - rejected, changed: 0, unchanged: 0, rejected }
  return { counts, line: read + 1, position, size } as unknown as ImportState
}

const shown = (states: readonly ImportState[], atMs: number, columns = 80) => {
  const view = states.reduce<ReturnType<typeof reached> | null>((before, state) => reached(before, state, 0), null)
  return importFrame(view as ReturnType<typeof reached>, atMs, { size: { columns, rows: 24 }, color: false })
}

test('how far in the file, what became of its lines, and how long it takes', () => {
  expect(shown([stateOf(0, 0), stateOf(4_000, 400, 1_000, 2)], 20_000)).toEqual([
    '  import   ████████████░░░░░░░░░░░░░░░░░░░  40 % · 4,000 lines · 30 s to go',
    '           3,998 new · 0 changed · 2 rejected · 200 a second',
  ])
})

test('where nobody knows how long the file is, what was read', () => {
  expect(shown([stateOf(0, 0, null), stateOf(4_000, 400, null)], 20_000, 60)).toEqual([
    '  import   ░░░░░░░░░░░░░░░░░░░░░░  4,000 lines',
    '           4,000 new · 0 changed · 200 a second',
  ])
})

test('an import that goes on counts its speed from there', () => {
  expect(shown([stateOf(5_000, 500), stateOf(5_100, 510)], 1_000)[1]).toContain('100 a second')
})

test('no line is wider than the terminal', () => {
  fc.assert(
    fc.property(
      fc.nat(),
      fc.nat(),
      fc.option(fc.nat()),
      fc.integer({ min: 1, max: 220 }),
      (read, at, size, columns) => {
        for (const line of shown([stateOf(0, 0, size), stateOf(read, at, size, read)], 1_000, columns))
          expect(stringWidth(line)).toBeLessThanOrEqual(columns)
      },
    ),
  )
})

import { expect, test } from 'vitest'
import type { Frame } from './frame.ts'
import { area, line, marks, type Point, steps } from './shapes.ts'

const size = { name: 'wide', width: 720, height: 250, left: 52, right: 16, top: 14, bottom: 28 } as const
const frame: Frame = { size, x: (at) => at, y: (value) => value }
const GAPPED: Point[] = [
  [100, 1],
  [110, 2],
  [111, null],
  [300, 3],
  [310, 4],
]

test('a gap is a gap, in a line, in steps and in an area', () => {
  const drawn = [line, steps, area].map((shape) => /d="([^"]*)"/.exec(String(shape(GAPPED, frame, 'x')))?.[1])
  expect(drawn).toEqual([
    'M100 1L110 2M300 3L310 4',
    'M100 1H110V2M300 3H310V4',
    'M100 222L100 1L110 2V222ZM300 222L300 3L310 4V222Z',
  ])
})

test('a mark has its reason in words as far as there is space up to the next in its row', () => {
  const at = [100, 120, 140, 160, 500]
  const drawn = String(
    marks(
      at.map((at) => ({ at, words: 'raised to 12: latency is normal' })),
      frame,
    ),
  )
  const texts = [...drawn.matchAll(/<text [^>]*>([^<]*)</g)].map(([, words]) => words)
  expect(texts.filter((_, place) => place % 2 === 0)).toEqual(['1', '2', '3', '4', '5'])
  const said = texts.filter((_, place) => place % 2 === 1)
  // The first has the fourth behind it, in the same row; the second and the third have space.
  expect(said[0]).toBe('')
  expect(said[2]).toContain('raised to 12: latency is normal')
  expect(said[1]).toContain('raised to 12')
})

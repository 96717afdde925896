import fc from 'fast-check'
import { expect, test } from 'vitest'
import { cellsOf } from './frame.ts'

const amounts = fc.array(fc.double({ min: 0, max: 1e9, noNaN: true }), { minLength: 1, maxLength: 5 })

test('whatever the parts, the cells of a bar sum to its width, and none is less than none', () => {
  fc.assert(
    fc.property(amounts, fc.nat(200), (parts, width) => {
      const cells = cellsOf(parts, width)
      expect(cells.reduce((sum, cell) => sum + cell, 0)).toBe(width)
      expect(Math.min(...cells)).toBeGreaterThanOrEqual(0)
    }),
  )
})

test('what is not all does not look like all, and all does', () => {
  expect(cellsOf([999, 0, 1], 20)).toEqual([19, 0, 1])
  expect(cellsOf([1_000, 0, 0], 20)).toEqual([20, 0, 0])
  expect(cellsOf([0.1 + 0.2, 0], 10)).toEqual([10, 0])
  expect(cellsOf([500, 250, 250], 20)).toEqual([10, 5, 5])
  expect(cellsOf([0, 0, 0], 20)).toEqual([0, 0, 20])
})

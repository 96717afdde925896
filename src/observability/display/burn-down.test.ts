import fc from 'fast-check'
import { expect, test } from 'vitest'
import { beginBurnDown, burnColumns, burnt, idealColumns, idealLeft, mostLeft } from './burn-down.ts'
import { sparkline } from './sparkline.ts'

test('is a value for each step of time; where nothing was told, nothing was spent', () => {
  const burn = burnt(burnt(beginBurnDown(1_000, 100), 1_250, 90), 2_000, 50)
  expect(burn.left).toEqual([100, 90, 90, 90, 50])
  expect(burnt(burn, 2_100, 40)).toBe(burn)
  expect(burnt(burn, 0, 40)).toBe(burn)
})

test('a long run is kept more coarsely, and a week of silence costs no more', () => {
  let burn = beginBurnDown(0, 10_000)
  for (let at = 0; at <= 10_000; at += 1) burn = burnt(burn, at * 100, 10_000 - at)
  expect(burn.left.length).toBeLessThanOrEqual(256)
  expect(burn.left[0]).toBe(10_000)
  const week = burnt(burn, 7 * 86_400_000, 0)
  expect([week.left.length <= 256, week.left.at(-1)]).toEqual([true, 0])
})

test('its columns are as of their middle, with none for what is to come', () => {
  const burn = burnt(burnt(beginBurnDown(0, 100), 500, 60), 1_000, 20)
  expect(burnColumns(burn, 900, 2_000, 4)).toEqual([100, 60, null, null])
  expect(burnColumns(burn, 1_100, 2_000, 4)).toEqual([100, 60, 20, null])
  expect(idealColumns(burn, 2_000, 4)).toEqual([87.5, 62.5, 37.5, 12.5])
  expect([idealLeft(burn, 500, 2_000), idealLeft(burn, 9_000, 2_000), idealLeft(burn, 0, 0)]).toEqual([75, 0, 0])
})

test('a sparkline is as long as there are values, and as high', () => {
  expect(sparkline([8, 7, 4, 1, 0.01, 0, null], 8)).toBe('█▇▄▁▁ ·')
  expect(sparkline([1, 0], 0)).toBe('  ')
  const values = fc.array(fc.option(fc.double({ noNaN: true })), { maxLength: 60 })
  fc.assert(
    fc.property(values, fc.double({ noNaN: true }), (some, most) => {
      expect(sparkline(some, most)).toHaveLength(some.length)
    }),
  )
})

test('never more values than columns, whenever it is looked at', () => {
  const steps = fc.array(fc.tuple(fc.nat(10_000_000), fc.nat(1_000)), { maxLength: 50 })
  fc.assert(
    fc.property(steps, fc.integer({ min: 1, max: 200 }), (some, width) => {
      const burn = some.reduce((before, [at, left]) => burnt(before, at, left), beginBurnDown(0, 500))
      const columns = burnColumns(burn, 5_000_000, 9_000_000, width)
      expect(columns).toHaveLength(width)
      for (const value of columns) expect(value === null || value <= mostLeft(burn)).toBe(true)
    }),
  )
})

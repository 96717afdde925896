import { expect, test } from 'vitest'
import { figure, percent } from './figure.ts'

test('credits are shown to the last micro-credit, and no further', () => {
  expect([0, 1_234_567, 0.000001, 12_345.5, -3].map(figure)).toEqual(['0', '1,234,567', '0.000001', '12,345.5', '-3'])
})

test('a share is never rounded to nothing or to all', () => {
  const shares = [
    [0, 10],
    [0, 0],
    [1, 3],
    [1, 30],
    [1, 3_000],
    [999_999, 1_000_000],
    [99, 100],
    [100, 100],
  ] as const
  expect(shares.map(([part, whole]) => percent(part, whole))).toEqual([
    '0 %',
    '0 %',
    '33 %',
    '3.3 %',
    'under 0.1 %',
    'over 99.9 %',
    '99 %',
    '100 %',
  ])
})

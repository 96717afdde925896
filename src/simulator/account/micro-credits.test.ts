import { expect, test } from 'vitest'
import { fromMicro, isExactCredits, toMicro } from './micro-credits.ts'

test('ten times a tenth of a credit is one credit', () => {
  const sum = Array.from({ length: 10 }, () => toMicro(0.1)).reduce((a, b) => a + b)
  expect(fromMicro(sum)).toBe(1)
})

test('every amount of up to six decimals survives the way there and back', () => {
  for (const credits of [0, 0.000001, 0.1, 0.3, 1.1, 2.675, 99_999.999999, 1_000_000_000]) {
    expect(fromMicro(toMicro(credits))).toBe(credits)
  }
})

test('an amount that is negative or would have to be rounded is refused', () => {
  for (const credits of [-1, 0.0000001, 1 / 3, Number.NaN, Number.POSITIVE_INFINITY, 1e15]) {
    expect(() => toMicro(credits)).toThrow(RangeError)
    expect(isExactCredits(credits)).toBe(false)
  }
  expect(isExactCredits('1')).toBe(false)
})

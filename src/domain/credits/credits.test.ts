import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { inTier } from '../../../test/support/tier.ts'
import {
  CREDIT,
  type Credits,
  fits,
  least,
  MOST_CREDITS,
  minus,
  most,
  parseCredits,
  plus,
  times,
  toDecimal,
} from './credits.ts'

const c = (amount: number) => amount as Credits
const amounts = fc.integer({ min: -(10 ** 12), max: 10 ** 12 })

/** A decimal number as text, and its micro-credits reckoned exactly, rounded away from zero. */
const decimals = fc
  .tuple(fc.boolean(), fc.bigInt({ min: 0n, max: 9_000_000n }), fc.stringMatching(/^\d{0,6}$/))
  .map(([negative, whole, part]) => {
    const micro = whole * 1_000_000n + BigInt(part.padEnd(6, '0') || 0)
    return { text: `${negative ? '-' : ''}${whole}${part === '' ? '' : `.${part}`}`, micro: negative ? -micro : micro }
  })

describe('credits as people write them', () => {
  test('are exact to six decimals, as text and as a number', () => {
    const property = fc.property(decimals, ({ text, micro }) => {
      expect(BigInt(parseCredits(text) as number)).toBe(micro)
      expect(BigInt(parseCredits(Number(text)) as number)).toBe(micro)
    })
    fc.assert(property, { numRuns: inTier(200, 2_000) })
  })

  test('come back from the decimal that people read', () => {
    fc.assert(fc.property(amounts, (micro) => void expect(parseCredits(toDecimal(c(micro)))).toBe(micro)))
  })

  test('are never rounded towards zero: a cost is never made smaller', () => {
    expect(parseCredits('0.0000001')).toBe(1)
    expect(parseCredits('-0.0000001')).toBe(-1)
    expect(parseCredits('1.0000004')).toBe(1_000_001)
  })

  test.each([
    ['12.5', 12_500_000],
    [' 12 ', 12_000_000],
    ['.5', 500_000],
    ['5.', 5_000_000],
    ['1e3', 1_000_000_000],
    ['+1', 1_000_000],
    [0, 0],
  ])('are read from %j', (said, micro) => expect(parseCredits(said)).toBe(micro))

  test.each([
    '',
    ' ',
    'abc',
    '1,000',
    '0x10',
    '1_000',
    'Infinity',
    'NaN',
    '--1',
    '1 2',
    Number.NaN,
    Number.POSITIVE_INFINITY,
    1e10,
    '1e300',
    null,
    undefined,
    true,
    [],
    [5],
    {},
  ])('are not found in %j', (said) => expect(parseCredits(said)).toBeNull())

  test('never throw, and are whole and safe, whatever comes', () => {
    const property = fc.property(fc.anything(), (said) => {
      const amount = parseCredits(said)
      expect(amount === null || Number.isSafeInteger(amount)).toBe(true)
    })
    fc.assert(property, { numRuns: inTier(100, 1_000) })
  })
})

describe('sums of credits', () => {
  test('are those of whole numbers, whatever their order', () => {
    const property = fc.property(amounts, fc.array(amounts, { maxLength: 50 }), (first, rest) => {
      const exact = rest.reduce((sum, amount) => sum + BigInt(amount), BigInt(first))
      expect(BigInt(plus(c(first), ...rest.map(c)))).toBe(exact)
      expect(BigInt(minus(c(Number(exact)), ...rest.map(c)))).toBe(BigInt(first))
    })
    fc.assert(property)
  })

  test('do not drift: a million costs of a tenth are a hundred thousand', () => {
    let sum = c(0)
    for (let i = 0; i < 1_000_000; i++) sum = plus(sum, parseCredits(0.1) as Credits)
    expect(toDecimal(sum)).toBe(100_000)
  })

  test('least, most and times are exact', () => {
    fc.assert(
      fc.property(fc.array(amounts, { minLength: 1 }), fc.nat(9_000), ([first = 0, ...rest], count) => {
        const sorted = [first, ...rest].sort((a, b) => a - b)
        expect(least(c(first), ...rest.map(c))).toBe(sorted[0])
        expect(most(c(first), ...rest.map(c))).toBe(sorted.at(-1))
        const each = first % 1_000_000
        expect(BigInt(times(c(each), count))).toBe(BigInt(each) * BigInt(count))
      }),
    )
  })

  test('so many fit that one more would not', () => {
    const property = fc.property(amounts, fc.integer({ min: 1, max: 10 ** 9 }), (amount, each) => {
      const count = fits(c(amount), c(each))
      expect(count * each <= Math.max(0, amount) && (count + 1) * each > amount).toBe(true)
    })
    fc.assert(property)
    expect(fits(CREDIT, c(0))).toBe(Number.POSITIVE_INFINITY)
    expect(fits(c(0), c(0))).toBe(Number.POSITIVE_INFINITY)
    expect(fits(c(-5), c(1))).toBe(0)
    expect(fits(MOST_CREDITS, c(1))).toBe(Number.MAX_SAFE_INTEGER)
  })
})

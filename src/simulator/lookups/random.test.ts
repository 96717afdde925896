import { expect, test } from 'vitest'
import { fixedShare, hash32, randomStream } from './random.ts'

const keys = Array.from({ length: 20_000 }, (_, i) => `person${i}@example.com`)

test('a key has the same share for the same seed and purpose, and another for any other', () => {
  expect(fixedShare(7, 'match', 'a@x')).toBe(fixedShare(7, 'match', 'a@x'))
  expect(fixedShare(7, 'match', 'a@x')).not.toBe(fixedShare(8, 'match', 'a@x'))
  expect(fixedShare(7, 'match', 'a@x')).not.toBe(fixedShare(7, 'job', 'a@x'))
})

test('shares of keys in sequence are spread evenly', () => {
  const tenths = new Array(10).fill(0)
  for (const key of keys) tenths[Math.floor(fixedShare(1, 'match', key) * 10)]++
  for (const count of tenths) expect(Math.abs(count - 2_000)).toBeLessThan(200)
})

test('hashes of keys in sequence hardly ever collide', () => {
  expect(new Set(keys.map((key) => hash32(key, 1))).size).toBeGreaterThan(19_990)
})

test('a stream repeats itself for the same seed and purpose only, and stays within 0 and 1', () => {
  const draw = (seed: number, purpose: string) => Array.from({ length: 1_000 }, randomStream(seed, purpose))
  expect(draw(1, 'a')).toEqual(draw(1, 'a'))
  expect(draw(1, 'a')).not.toEqual(draw(2, 'a'))
  expect(draw(1, 'a')).not.toEqual(draw(1, 'b'))
  expect(draw(1, 'a').every((n) => n >= 0 && n < 1)).toBe(true)
  const mean = draw(1, 'a').reduce((sum, n) => sum + n) / 1_000
  expect(mean).toBeCloseTo(0.5, 1)
})

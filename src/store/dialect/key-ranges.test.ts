import { expect, test } from 'vitest'
import { stretches } from './key-ranges.ts'

test('each key has the same chance, and none is drawn twice', () => {
  const drawn = Array<number>(1_000).fill(0)
  for (let seed = 0; seed < 2_000; seed += 1) {
    const keys = stretches(-500n, 499n, 0.4, seed).flatMap(([from, to]) => {
      return Array.from({ length: Number(to - from) }, (_, at) => Number(from) + at + 500)
    })
    expect(new Set(keys).size).toBe(keys.length)
    expect(keys).toHaveLength(400)
    for (const key of keys) drawn[key] = (drawn[key] as number) + 1
  }
  expect(Math.min(...drawn)).toBeGreaterThan(650)
  expect(Math.max(...drawn)).toBeLessThan(950)
})

test('the same seed draws the same keys, and another one others', () => {
  const of = (seed: number) => stretches(1n, 10_000_000n, 0.006, seed)
  expect(of(1)).toEqual(of(1))
  expect(of(1)).not.toEqual(of(2))
})

test('keys beyond what a JavaScript number holds exactly', () => {
  const [least, most] = [2n ** 62n, 2n ** 63n - 1n]
  const all = stretches(least, most, 0.01, 3)
  expect(all.every(([from, to]) => from >= least && from < to && to <= most + 1n)).toBe(true)
})

test('a whole table is one stretch', () => {
  expect(stretches(3n, 9n, 1, 1)).toEqual([[3n, 10n]])
})

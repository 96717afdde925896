import { expect, test } from 'vitest'
import { SecondLooks } from './second-looks.ts'

test('asks again after 1, 2, 4 … s, 8 times at most, and anew once calls were sent since', () => {
  const looks = new SecondLooks()
  const waits: (number | null)[] = []
  for (let at = 0; at <= 8; at++) {
    waits.push(looks.waitMs(0, 5))
    looks.took(0, 'nothing')
  }
  expect(waits).toEqual([0, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, null])
  expect(looks.waitMs(0, 6)).toBe(0)
})

test('a balance that contradicts an earlier one is followed by the one that decides, a second later', () => {
  const looks = new SecondLooks()
  for (let at = 0; at < 5; at++) {
    looks.waitMs(0, 5)
    looks.took(0, 'nothing')
  }
  looks.took(0, 'contradicts')
  expect(looks.waitMs(0, 5)).toBe(1_000)
  looks.took(0, 'enough')
  expect(looks.waitMs(0, 5)).toBe(null)
})

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { SlidingCount } from './sliding-count.ts'

const NOW = Date.UTC(2026, 10, 30)
const HOUR = 3_600_000
/** What a window is held longer than configured, for calls that come closer together than they left. */
const SLACK = 2_000

describe('a window that is counted', () => {
  test('is free until it is full, and opens when the oldest call leaves it', () => {
    const count = new SlidingCount(3, HOUR)
    expect(count.allowance(NOW)).toEqual({ calls: 3, opensAt: 0 })
    for (const at of [0, 60_000, 120_000]) count.left(NOW + at)
    const opensAt = NOW + HOUR + SLACK
    expect(count.allowance(NOW + 120_000)).toEqual({ calls: 0, opensAt })
    expect(count.allowance(opensAt - 1).calls).toBe(0)
    expect(count.allowance(opensAt)).toEqual({ calls: 1, opensAt: 0 })
    count.left(opensAt)
    expect(count.allowance(opensAt).opensAt).toBe(opensAt + 60_000)
  })

  test('knows the calls of processes before, in whatever order, and more of them than it allows', () => {
    const count = new SlidingCount(10, HOUR)
    count.recall([
      { lastAt: NOW - 60_000, calls: 8 },
      { lastAt: NOW - 1_800_000, calls: 7 },
      { lastAt: NOW - 2 * HOUR, calls: 1_000 },
    ])
    expect(count.allowance(NOW)).toEqual({ calls: 0, opensAt: NOW - 1_800_000 + HOUR + SLACK })
    expect(count.allowance(NOW + HOUR - 70_000).calls).toBe(2)
  })

  test('must allow one call', () => expect(() => new SlidingCount(0.5, HOUR)).toThrow('not 0.5'))

  test('never lets more leave than it allows, and wastes next to nothing', () => {
    const gaps = fc.array(fc.nat({ max: 400_000 }), { minLength: 1, maxLength: 50 })
    const property = fc.property(fc.integer({ min: 1, max: 40 }), gaps, fc.nat({ max: 60 }), (limit, gaps, before) => {
      const left = Array.from({ length: before }, (_, i) => NOW - HOUR + i * 60_000).slice(-limit)
      const count = new SlidingCount(limit, HOUR)
      count.recall(left.map((lastAt) => ({ lastAt, calls: 1 })))
      let now = NOW
      for (let i = 0; i < 200; i++) {
        now += gaps[i % gaps.length] as number
        const { calls, opensAt } = count.allowance(now)
        if (calls === 0) {
          expect(opensAt).toBeGreaterThan(now)
          // A 240th of the hour: calls that are counted together.
          expect(opensAt).toBeLessThanOrEqual((left.at(-limit) as number) + HOUR + SLACK + HOUR / 240 + 10)
        }
        now = Math.max(now, opensAt)
        count.left(now)
        left.push(now)
        expect(left.filter((at) => at > now - HOUR).length).toBeLessThanOrEqual(limit)
      }
    })
    fc.assert(property, { numRuns: 200 })
  })

  test('of a million calls a day it remembers a few hundred figures', () => {
    const count = new SlidingCount(1_000_000, 24 * HOUR)
    const began = performance.now()
    for (let i = 0; i < 300_000; i++) {
      count.allowance(NOW + i * 300)
      count.left(NOW + i * 300)
    }
    expect(count.allowance(NOW + 90_000_000).calls).toBeGreaterThan(700_000)
    expect(performance.now() - began).toBeLessThan(3_000)
  })
})

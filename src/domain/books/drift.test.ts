import { describe, expect, test } from 'vitest'
import type { Credits } from '../credits/credits.ts'
import { Drift } from './drift.ts'

const c = (amount: number) => amount as Credits

/** Looks: how much too high the balance was, and what our calls had cost by then. */
function after(...looks: readonly (readonly [tooHigh: number, seen: number])[]): number {
  const drift = new Drift(c(0))
  for (const [tooHigh, seen] of looks) drift.looked({ least: c(tooHigh), most: c(tooHigh) }, c(seen), c(0))
  return drift.credits
}

describe('drift', () => {
  test('goes on from what was found before', () => {
    const drift = new Drift(c(7))
    drift.outside(c(5))
    expect(drift.credits).toBe(12)
  })

  test.each([
    [
      'falls below zero as fast as costs are declared too high',
      [
        [5, 10],
        [9, 20],
      ],
      -9,
    ],
    [
      'is not added again by the same balance',
      [
        [5, 10],
        [5, 10],
        [5, 20],
      ],
      -5,
    ],
    [
      'comes back when the balance does',
      [
        [5, 10],
        [0, 20],
      ],
      0,
    ],
    [
      'is not what was granted: no costs of ours were spared at such a rate',
      [
        [500, 10],
        [500, 20],
      ],
      0,
    ],
    [
      'goes on beside what was granted',
      [
        [500, 10],
        [504, 20],
      ],
      -4,
    ],
    [
      'is not what others take of what was granted',
      [
        [500, 10],
        [300, 20],
        [300, 30],
      ],
      0,
    ],
    [
      'is not shaken by nonsense',
      [
        [5, 10],
        [1e15, 11],
        [5, 12],
      ],
      -5,
    ],
  ] as const)('%s', (_, looks, drift) => {
    expect(after(...looks)).toBe(drift)
  })

  test('is not what a grant turns out to have been, once it is known what its balance held', () => {
    const drift = new Drift(c(0))
    drift.looked({ least: c(480), most: c(500) }, c(30), c(12))
    drift.looked({ least: c(479), most: c(499) }, c(40), c(12))
    drift.looked({ least: c(499), most: c(499) }, c(60), c(0))
    expect(drift.credits).toBe(0)
    drift.looked({ least: c(503), most: c(503) }, c(70), c(0))
    expect(drift.credits).toBe(-4)
  })

  test('is not shaken by what is under way', () => {
    const drift = new Drift(c(0))
    drift.looked({ least: c(5), most: c(9) }, c(10), c(4))
    drift.looked({ least: c(3), most: c(12) }, c(20), c(9))
    expect(drift.credits).toBe(-5)
  })
})

import { describe, expect, test } from 'vitest'
import { HABITS, seeded } from '../../../test/support/schedule/random-histories-under-test.ts'
import { inTier } from '../../../test/support/tier.ts'
import type { Credits } from '../../domain/credits/credits.ts'
import { autoReserve } from './auto-reserve.ts'
import type { Use } from './days-of-use.ts'

const DAY = 86_400_000
const CREDIT = 1_000_000

interface Lived {
  readonly days: number
  readonly reserve: number
  readonly needed: number
}

/** A history of 1 to 90 days, and the 1 to 30 days that came after it, as they went. */
function live(seed: number, confidence: number): Lived {
  const random = seeded(seed)
  const habits = Object.values(HABITS)
  const next = (habits[seed % habits.length] as (typeof habits)[number])(random)
  const [known, ahead] = [1 + Math.floor(random() * 90), 1 + Math.floor(random() * 30)]
  const resetAt = Date.parse('2026-12-01T00:00:00Z') + Math.floor(random() * 7) * DAY
  const now = resetAt - ahead * DAY
  const all = Array.from({ length: known + ahead }, (_, n): Use => {
    const day = (now - known * DAY) / DAY + n
    return { at: day * DAY + 6 * 3_600_000, credits: Math.round(next([2, 3].includes(day % 7)) * CREDIT) }
  })
  const { credits } = autoReserve(
    { kind: 'auto', confidence, atLeast: 0 as Credits },
    { jobs: ['daily'], uses: all.slice(0, known), readings: [], now, resetAt, timeZone: 'UTC' },
  )
  return { days: known, reserve: credits, needed: all.slice(known).reduce((sum, use) => sum + use.credits, 0) }
}

function lives(count: number, confidence: number): Lived[] {
  return Array.from({ length: count }, (_, seed) => live(seed, confidence))
}

function shareOfEnough(all: readonly Lived[]): number {
  return all.filter(({ reserve, needed }) => reserve >= needed).length / all.length
}

/** What was kept for nothing, as a share of what was needed. */
function excess(all: readonly Lived[]): number {
  const sum = (of: (life: Lived) => number) => all.reduce((total, life) => total + of(life), 0)
  return sum(({ reserve, needed }) => reserve - needed) / sum(({ needed }) => needed)
}

describe('over random histories', () => {
  test('the reserve is enough in the stated share at least, and a third more than is needed', () => {
    const all = lives(inTier(200, 1_000), 0.95)
    expect(shareOfEnough(all)).toBeGreaterThanOrEqual(0.95)
    expect(excess(all)).toBeLessThan(0.35)
    // Two weeks are enough to be less wasteful.
    expect(excess(all.filter(({ days }) => days >= 14))).toBeLessThan(0.32)
  })

  test('less confidence keeps less, and is enough in its own share', () => {
    const all = lives(inTier(100, 500), 0.8)
    expect(shareOfEnough(all)).toBeGreaterThanOrEqual(0.8)
    expect(excess(all)).toBeLessThan(0.18)
  })
})

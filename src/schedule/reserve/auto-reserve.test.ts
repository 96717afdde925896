import { describe, expect, test } from 'vitest'
import { CREDIT, type Credits } from '../../domain/credits/credits.ts'
import type { AutoReserve } from '../../domain/credits/reserve.ts'
import { autoReserve, forFirstRun, type Others } from './auto-reserve.ts'
import type { BalanceReading } from './others-use.ts'

const DAY = 86_400_000
const HOUR = 3_600_000
const RESET = Date.parse('2026-12-01T00:00:00Z')

const terms = (changes: Partial<AutoReserve> = {}): AutoReserve => ({
  kind: 'auto',
  confidence: 0.95,
  atLeast: 0 as Credits,
  ...changes,
})

/** Two days before the reset; a load at six each morning for so many days. */
function others(used: readonly number[], changes: Partial<Others> = {}): Others {
  const now = RESET - 2 * DAY
  const uses = used.map((credits, n) => ({ at: now - (used.length - n) * DAY + 6 * HOUR, credits: credits * CREDIT }))
  return { jobs: ['daily'], uses, readings: [], now, resetAt: RESET, timeZone: 'UTC', ...changes }
}

/** What the account held at five each morning, before a load of 100, when everyone else spends so much a day. */
function readings(perDay: number, days: number, resetAt = RESET): BalanceReading[] {
  const from = RESET - 2 * DAY - days * DAY - 19 * HOUR
  return Array.from({ length: days + 1 }, (_, n) => ({
    at: from + n * DAY,
    balance: (10_000 - n * (100 + perDay)) * CREDIT,
    spent: n * 100 * CREDIT,
    resetAt,
  }))
}

describe('what others will need until the reset', () => {
  test('from the days of the jobs of a higher priority, with how it came about', () => {
    const { credits, how } = autoReserve(terms(), others([80, 190, 120, 100, 150, 90, 110, 130, 140]))
    expect(credits / CREDIT).toBeGreaterThan(2 * 123)
    expect(credits / CREDIT).toBeLessThan(4 * 123)
    expect(how).toBe(
      `auto: ${credits / CREDIT} credits for "daily" until 2026-12-01T00:00:00Z, 95 %: 9 days of use between 80 and 190`,
    )
  })

  test('a run that begins early keeps more than one of the last hours, which spends what was kept for nothing', () => {
    const confidences = (from: AutoReserve) => [8 * HOUR + 1, 8 * HOUR].map((ms) => forFirstRun(from, ms).confidence)
    expect(confidences(terms())).toEqual([0.99, 0.95])
    expect(confidences(terms({ confidence: 0.995 }))).toEqual([0.995, 0.995])
  })

  test('no run known: what the config says is kept, and it is said', () => {
    const { credits, how } = autoReserve(terms({ atLeast: (200 * CREDIT) as Credits }), others([]))
    expect(credits).toBe(200 * CREDIT)
    expect(how).toContain('no run of "daily" is known yet; 200 credits, as `atLeast` has it')
    expect(autoReserve(terms(), others([])).credits).toBe(0)
  })

  test('a load that is late today is still to come; one that has been is not', () => {
    const now = RESET - 12 * HOUR
    const uses = Array.from({ length: 20 }, (_, n) => ({ at: now - (n + 1) * DAY - 6 * HOUR, credits: 100 * CREDIT }))
    expect(autoReserve(terms(), others([], { now, uses })).credits / CREDIT).toBeGreaterThan(100)
    const today = { at: now - 6 * HOUR, credits: 70 * CREDIT }
    expect(autoReserve(terms(), others([], { now, uses: [...uses, today] })).credits).toBe(0)
  })

  test('never less than `atLeast`, and it is said', () => {
    const { credits, how } = autoReserve(terms({ atLeast: (5_000 * CREDIT) as Credits }), others([100, 100, 100]))
    expect(credits).toBe(5_000 * CREDIT)
    expect(how).toMatch(/only 3 days of use of 100; `atLeast` keeps 5,000$/)
  })

  test('everyone else counts, where balances fell more than the runs explain', () => {
    const load = new Array(14).fill(100)
    const alone = autoReserve(terms(), others(load, { readings: readings(0, 10) }))
    const shared = autoReserve(terms(), others(load, { readings: readings(60, 10) }))
    expect((shared.credits - alone.credits) / CREDIT).toBeGreaterThan(2 * 50)
    expect((shared.credits - alone.credits) / CREDIT).toBeLessThan(2 * 100)
    expect(shared.how).toMatch(/; everyone else: 9 days of use of 60$/)
    expect(alone.how).toMatch(/; everyone else: 9 days of use of 0$/)
  })

  test('over a reset or a top-up a balance says nothing of others', () => {
    const load = new Array(14).fill(100)
    const { credits } = autoReserve(terms(), others(load))
    const over = readings(60, 10).map((reading) => ({ ...reading, resetAt: reading.at + HOUR }))
    const toppedUp = readings(60, 10).map((reading, n) => ({ ...reading, balance: reading.balance + n * 500 * CREDIT }))
    expect(autoReserve(terms(), others(load, { readings: over })).credits).toBe(credits)
    expect(autoReserve(terms(), others(load, { readings: toppedUp })).credits).toBe(credits)
  })
})
